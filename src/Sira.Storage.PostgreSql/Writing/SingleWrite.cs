using Npgsql;
using Sira.Storage.Keys;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write of one statement, which gives one row where it was made and none where it was refused.</summary>
/// <param name="statement">The statement.</param>
/// <param name="key">Its key.</param>
/// <param name="length">How many bytes of content it has.</param>
/// <param name="isDurable">Whether its commit waits for the disk.</param>
internal abstract class SingleWrite(string statement, StoreKey key, long length, bool isDurable)
{
    public string Statement => statement;

    public StoreKey Key => key;

    public long Length => length;

    public bool IsDurable => isDurable;

    /// <summary>Gives the statement its parameters, anew for each attempt: a parameter belongs to one command, and a command that was run remembers under which name its connection has prepared it, which another connection does not know.</summary>
    public abstract void Bind(NpgsqlParameterCollection parameters);

    /// <summary>Returns the statement as one of a group.</summary>
    public NpgsqlBatchCommand ToBatchCommand()
    {
        var command = new NpgsqlBatchCommand(statement);
        Bind(command.Parameters);
        return command;
    }
}
