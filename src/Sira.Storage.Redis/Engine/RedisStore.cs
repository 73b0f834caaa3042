using System.Runtime.CompilerServices;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Protocol;
using Sira.Storage.Redis.Scripts;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Redis.Engine;

/// <summary>The values of a Redis engine.</summary>
internal sealed class RedisStore(RedisSession session, StorageCapabilities capabilities) : IStore
{
    // What a page of large values may have before it ends early.
    private const int MaximumPageBytes = 8 << 20;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        var stored = await session.ReadAsync(new RedisCommand("GET", RedisKeys.Value(session.Prefix, key)) { IsIdempotent = true }, cancellationToken).ConfigureAwait(false);
        return stored.IsNull ? null : StoredValue.Read(stored, session.Name, key);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        var writes = new RedisWrites(session, capacity: 8);
        writes.AddPut(key, value, options.Condition, options.TimeToLive);
        var answer = await session.RunAsync(WriteScript.Instance, writes.ToArguments(), cancellationToken).ConfigureAwait(false);
        return new WriteResult(WriteScript.RefusedAt(answer) < 0, ToTag(answer.Items[1]));
    }

    public async ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        var writes = new RedisWrites(session, capacity: 6);
        writes.AddDelete(key, options.Condition);
        var answer = await session.RunAsync(WriteScript.Instance, writes.ToArguments(), cancellationToken).ConfigureAwait(false);

        // Refused, there is the tag; done, whether there was one.
        return WriteScript.RefusedAt(answer) >= 0 ? new WriteResult(IsDone: false, ToTag(answer.Items[1])) : new WriteResult(answer.Items[2].ToInteger() == 1, ETag.None);
    }

    public async ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = StorageArguments.Check(scan, capabilities);
        var (from, to) = RedisKeys.Bounds(scan);
        RedisArgument[] arguments = [session.Prefix, RedisKeys.Partition(scan.Partition), from, to, size, scan.KeysOnly ? 1 : 0, MaximumPageBytes];
        var answer = await session.RunAsync(ScanScript.Instance, arguments, cancellationToken).ConfigureAwait(false);
        var items = new StoreItem[(answer.Items.Length - 1) / 2];
        for (var i = 0; i < items.Length; i++)
        {
            var name = answer.Items[1 + (2 * i)].ToString();
            items[i] = new StoreItem(name, StoredValue.Read(answer.Items[2 + (2 * i)], session.Name, scan.Partition.Key(name)));
        }

        var next = answer.Items[0];
        return new StorePage(items, next.Bytes.IsEmpty ? null : next.ToString());
    }

    public async ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(batch, capabilities);
        var operations = batch.Operations;
        var writes = new RedisWrites(session, capacity: 2 + (6 * operations.Count));
        foreach (var operation in operations)
        {
            writes.Add(operation);
        }

        var answer = await session.RunAsync(WriteScript.Instance, writes.ToArguments(), cancellationToken).ConfigureAwait(false);
        var results = new OperationResult[operations.Count];
        var refusedAt = WriteScript.RefusedAt(answer);
        if (refusedAt >= 0)
        {
            results[refusedAt] = ToResult(operations[refusedAt].Kind, answer.Items[1]);
            return new BatchResult(IsDone: false, refusedAt, results);
        }

        for (var i = 0; i < results.Length; i++)
        {
            results[i] = ToResult(operations[i].Kind, answer.Items[1 + (2 * i)]);
        }

        return new BatchResult(IsDone: true, RefusedAt: -1, results);
    }

    private static OperationResult ToResult(StoreOperationKind kind, in RespValue value) =>
        kind is StoreOperationKind.Append ? new OperationResult(ETag.None, value.ToInteger()) : new OperationResult(ToTag(value));

    private static ETag ToTag(in RespValue value) => value.ToInteger() is > 0 and var tag ? new ETag(tag) : ETag.None;
}
