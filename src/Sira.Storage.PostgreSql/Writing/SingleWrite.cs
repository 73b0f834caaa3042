using Npgsql;
using Sira.Storage.Keys;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write of one statement, which gives one row where it was made and none where it was refused.</summary>
/// <param name="key">Its key.</param>
/// <param name="length">How many bytes of content it has.</param>
/// <param name="isDurable">Whether its commit waits for the disk.</param>
/// <param name="command">The statement.</param>
internal sealed class SingleWrite(StoreKey key, long length, bool isDurable, NpgsqlBatchCommand command)
{
    private NpgsqlBatchCommand command = command;
    private bool isUsed;

    public StoreKey Key => key;

    public long Length => length;

    public bool IsDurable => isDurable;

    /// <summary>Returns the statement for one attempt. A command that was run once remembers under which name its connection has prepared it, and another connection does not know that name.</summary>
    public NpgsqlBatchCommand NextCommand()
    {
        if (isUsed)
        {
            var parameters = new NpgsqlParameter[command.Parameters.Count];
            command.Parameters.CopyTo(parameters, 0);
            command.Parameters.Clear();
            command = new NpgsqlBatchCommand(command.CommandText);
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(parameter);
            }
        }

        isUsed = true;
        return command;
    }
}
