using Npgsql;
using Sira.Storage.Keys;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write of one statement.</summary>
/// <param name="Key">Its key.</param>
/// <param name="IsAppend">Whether it is to a stream.</param>
/// <param name="Command">The statement; gives one row where it was made, none where it was refused.</param>
internal sealed record SingleWrite(StoreKey Key, bool IsAppend, NpgsqlBatchCommand Command);
