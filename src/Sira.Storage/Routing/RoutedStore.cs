using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Routing;

/// <summary>The values of several engines.</summary>
internal sealed class RoutedStore(StorageRoutes routes) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => routes.Of(key.Partition).Store.GetAsync(key, cancellationToken);

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default) =>
        routes.Of(key.Partition).Store.PutAsync(key, value, options, cancellationToken);

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) =>
        routes.Of(key.Partition).Store.DeleteAsync(key, options, cancellationToken);

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => routes.Of(scan.Partition).Store.ScanAsync(scan, cancellationToken);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var operations = batch.Operations;
        if (operations.Count == 0)
        {
            throw new ArgumentException("A batch of 0 writes cannot be made. Put 1 or more into it.", nameof(batch));
        }

        var engine = routes.Of(operations[0].Key.Partition);
        for (var i = 1; i < operations.Count; i++)
        {
            if (routes.Of(operations[i].Key.Partition) is var other && !ReferenceEquals(other, engine))
            {
                throw new NotSupportedException($"A batch cannot be made of '{operations[0].Key}', which the engine '{engine.Name}' keeps, and '{operations[i].Key}', which '{other.Name}' does. Split it, or let one engine keep both.");
            }
        }

        return engine.Store.WriteAsync(batch, cancellationToken);
    }
}
