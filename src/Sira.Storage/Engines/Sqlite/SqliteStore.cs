using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>The values of an SQLite engine.</summary>
internal sealed class SqliteStore(SqliteEngine engine, StorageCapabilities capabilities) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        return engine.ReadAsync((key, engine.Now), static (reader, args) => reader.Get(args.key, args.Now), cancellationToken);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        var durability = StorageArguments.Check(options.Durability, capabilities);
        return engine.WriteAsync((key, value, options), static (tables, args) => Put(tables, args.key, args.value, args.options), durability, cancellationToken);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        var durability = StorageArguments.Check(options.Durability, capabilities);
        return engine.WriteAsync((key, options.Condition), static (tables, args) => Delete(tables, args.key, args.Condition), durability, cancellationToken);
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var size = StorageArguments.Check(scan, capabilities);
        return engine.ReadAsync((scan, size, engine.Now), static (reader, args) => reader.ReadItems(args.scan, args.size, args.Now), cancellationToken);
    }

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        var durability = StorageArguments.Check(batch, capabilities);

        // The batch may be filled again by its owner while this one waits.
        StoreOperation[] operations = [.. batch.Operations];
        return engine.WriteAsync(operations, static (tables, operations) => Write(tables, operations), durability, cancellationToken);
    }

    private static WriteResult Put(SqliteTables tables, in StoreKey key, ReadOnlyMemory<byte> value, in PutOptions options)
    {
        if (!options.Condition.IsNone && tables.FindTag(key) is var current && !options.Condition.Holds(current))
        {
            return new WriteResult(IsDone: false, current);
        }

        return new WriteResult(IsDone: true, tables.Put(key, value.Span, options.TimeToLive));
    }

    private static WriteResult Delete(SqliteTables tables, in StoreKey key, WriteCondition condition)
    {
        var current = tables.FindTag(key);
        if (current.IsNone || !condition.Holds(current))
        {
            return new WriteResult(IsDone: false, current);
        }

        tables.Delete(key);
        return new WriteResult(IsDone: true, ETag.None);
    }

    private static BatchResult Write(SqliteTables tables, StoreOperation[] operations)
    {
        var results = new OperationResult[operations.Length];
        for (var i = 0; i < operations.Length; i++)
        {
            var operation = operations[i];
            if (operation.Kind is StoreOperationKind.Append)
            {
                var version = tables.FindStream(operation.Key).Version;
                results[i] = new OperationResult(ETag.None, version);
                if (!operation.Expected.Holds(version))
                {
                    return Refused(i, results);
                }

                continue;
            }

            var current = operation.Kind is StoreOperationKind.Put && operation.Condition.IsNone ? ETag.None : tables.FindTag(operation.Key);
            results[i] = new OperationResult(current);
            if (!operation.Condition.Holds(current))
            {
                return Refused(i, results);
            }
        }

        for (var i = 0; i < operations.Length; i++)
        {
            results[i] = Apply(tables, operations[i], results[i]);
        }

        return new BatchResult(IsDone: true, RefusedAt: -1, results);
    }

    private static BatchResult Refused(int index, OperationResult[] results)
    {
        Array.Clear(results, 0, index);
        return new BatchResult(IsDone: false, index, results);
    }

    private static OperationResult Apply(SqliteTables tables, StoreOperation operation, OperationResult stands)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.Put:
                return new OperationResult(tables.Put(operation.Key, operation.Value.Span, operation.TimeToLive));
            case StoreOperationKind.Append:
                return new OperationResult(ETag.None, tables.Append(operation.Key, tables.FindStream(operation.Key), operation.Events).Version);
            case StoreOperationKind.Delete when !stands.ETag.IsNone:
                tables.Delete(operation.Key);
                return default;
            default:
                return stands;
        }
    }
}
