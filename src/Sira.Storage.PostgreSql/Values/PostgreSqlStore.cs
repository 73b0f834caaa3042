using Npgsql;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;
using Sira.Storage.PostgreSql.Writing;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Values;

/// <summary>The values of a PostgreSQL engine.</summary>
internal sealed class PostgreSqlStore(Database database, SingleWriter writer, BatchWriter batches, StorageCapabilities capabilities) : IStore
{
    // Each round means that somebody else has written the key between a refusal and the look at why.
    private const int Rounds = 100;

    private readonly Database database = database;
    private readonly ValueStatements statements = new(database.Options.Schema);

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        return database.ReadAsync((this, key), static (connection, state, token) => state.Item1.GetAsync(connection, state.key, token), cancellationToken);
    }

    public async ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        var write = Put(key, value, options, StorageArguments.Check(options.Durability, capabilities) is StorageDurability.PowerLoss);
        for (var round = 0; round < Rounds; round++)
        {
            var row = await writer.PutAsync(write, cancellationToken).ConfigureAwait(false);
            if (row.IsMade)
            {
                return new WriteResult(IsDone: true, new ETag(row.First));
            }

            var current = await TagAsync(key, cancellationToken).ConfigureAwait(false);
            if (!options.Condition.Holds(current))
            {
                return new WriteResult(IsDone: false, current);
            }
        }

        throw Contended(key);
    }

    public async ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        var isDurable = StorageArguments.Check(options.Durability, capabilities) is StorageDurability.PowerLoss;
        if (!options.Condition.IsNone && options.Condition.ETag.IsNone)
        {
            // There is nothing to delete where there must be nothing.
            return new WriteResult(IsDone: false, await TagAsync(key, cancellationToken).ConfigureAwait(false));
        }

        var write = new DeleteWrite(statements.Delete, key, Number(options.Condition), isDurable);
        for (var round = 0; round < Rounds; round++)
        {
            var row = await writer.PutAsync(write, cancellationToken).ConfigureAwait(false);
            if (row.IsMade || options.Condition.IsNone)
            {
                return new WriteResult(row.IsMade, ETag.None);
            }

            var current = await TagAsync(key, cancellationToken).ConfigureAwait(false);
            if (!options.Condition.Holds(current))
            {
                return new WriteResult(IsDone: false, current);
            }
        }

        throw Contended(key);
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var size = StorageArguments.Check(scan, capabilities);
        return database.ReadAsync((this, scan, size), static (connection, state, token) => state.Item1.ScanAsync(connection, state.scan, state.size, token), cancellationToken);
    }

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        var durability = StorageArguments.Check(batch, capabilities);
        return batches.WriteAsync(batch, durability is StorageDurability.PowerLoss, cancellationToken);
    }

    private static long Number(in WriteCondition condition) => condition.IsNone ? 0 : condition.ETag.Number is var number and > 0 ? number : -1;

    private static DateTimeOffset? Expiry(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private StorageException Contended(in StoreKey key) =>
        new(StorageErrorKind.Busy, database.Options.Name, $"PostgreSQL engine '{database.Options.Name}': '{key}' was written by others {Rounds} times meanwhile. Try again.");

    private PutWrite Put(in StoreKey key, ReadOnlyMemory<byte> value, in PutOptions options, bool isDurable)
    {
        var isUnchanged = !options.Condition.ETag.IsNone;
        var statement = options.Condition.IsNone ? statements.Put : isUnchanged ? statements.PutUnchanged : statements.PutAbsent;
        return new PutWrite(statement, key, value, options.TimeToLive, isUnchanged ? Number(options.Condition) : null, isDurable);
    }

    private ValueTask<ETag> TagAsync(in StoreKey key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (this, key),
            static async (connection, state, token) =>
            {
                var command = state.Item1.database.Command(connection, state.Item1.statements.Tag);
                await using (command.ConfigureAwait(false))
                {
                    command.Parameters.Bind(state.key);
                    return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is long tag ? new ETag(tag) : ETag.None;
                }
            },
            cancellationToken);

    private async ValueTask<StoreEntry?> GetAsync(NpgsqlConnection connection, StoreKey key, CancellationToken cancellationToken)
    {
        var command = database.Command(connection, statements.Get);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Bind(key);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ? new StoreEntry(reader.GetFieldValue<byte[]>(2), new ETag(reader.GetInt64(0)), Expiry(reader, 1))
                    : null;
            }
        }
    }

    private async ValueTask<StorePage> ScanAsync(NpgsqlConnection connection, StoreScan scan, int size, CancellationToken cancellationToken)
    {
        var (from, below) = KeyBytes.Range(scan);
        var items = new List<StoreItem>();
        var command = database.Command(connection, scan.KeysOnly ? statements.ScanKeys : statements.Scan);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Bind(scan.Partition).Bind(from).Bind(below).Bind(size + 1L);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (items.Count == size)
                    {
                        return new StorePage(items, items[^1].Name);
                    }

                    items.Add(new StoreItem(KeyBytes.ToName(reader.GetFieldValue<byte[]>(0)), new StoreEntry(reader.GetFieldValue<byte[]>(3), new ETag(reader.GetInt64(1)), Expiry(reader, 2))));
                }
            }
        }

        return new StorePage(items, Next: null);
    }
}
