using Npgsql;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Puts a value.</summary>
/// <param name="statement">The statement.</param>
/// <param name="key">The key.</param>
/// <param name="value">The value.</param>
/// <param name="life">How long it lives.</param>
/// <param name="tag">The tag that must stand there, for the statement that asks for one.</param>
/// <param name="isDurable">Whether the commit waits for the disk.</param>
internal sealed class PutWrite(string statement, StoreKey key, ReadOnlyMemory<byte> value, TimeSpan? life, long? tag, bool isDurable) : SingleWrite(statement, key, value.Length, isDurable)
{
    public override void Bind(NpgsqlParameterCollection parameters)
    {
        parameters.Bind(Key).Bind(value).Bind(life).Bind(IsDurable);
        if (tag is { } number)
        {
            parameters.Bind(number);
        }
    }
}
