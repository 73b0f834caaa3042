using Npgsql;
using Sira.Storage.Keys;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write of one statement, which gives one row where it was made and none where it was refused.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">How many bytes of content it has.</param>
/// <param name="IsDurable">Whether its commit waits for the disk.</param>
/// <param name="Command">The statement.</param>
internal sealed record SingleWrite(StoreKey Key, long Length, bool IsDurable, NpgsqlBatchCommand Command)
{
    /// <summary>Copies what the caller's memory holds, so that the caller may leave before it is written.</summary>
    public SingleWrite Own()
    {
        foreach (NpgsqlParameter parameter in Command.Parameters)
        {
            switch (parameter)
            {
                case NpgsqlParameter<ReadOnlyMemory<byte>> value:
                    value.TypedValue = value.TypedValue.ToArray();
                    break;
                case NpgsqlParameter<ReadOnlyMemory<byte>[]> values:
                    values.TypedValue = Array.ConvertAll(values.TypedValue!, static content => (ReadOnlyMemory<byte>)content.ToArray());
                    break;
            }
        }

        return this;
    }
}
