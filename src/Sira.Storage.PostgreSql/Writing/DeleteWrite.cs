using Npgsql;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Deletes a value.</summary>
/// <param name="statement">The statement.</param>
/// <param name="key">The key.</param>
/// <param name="tag">The tag that must stand there, 0 for any.</param>
/// <param name="isDurable">Whether the commit waits for the disk.</param>
internal sealed class DeleteWrite(string statement, StoreKey key, long tag, bool isDurable) : SingleWrite(statement, key, length: 0, isDurable)
{
    public override void Bind(NpgsqlParameterCollection parameters) => parameters.Bind(Key).Bind(tag).Bind(IsDurable);
}
