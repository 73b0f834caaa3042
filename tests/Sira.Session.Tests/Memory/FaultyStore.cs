using Sira.Storage;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Session.Tests.Memory;

/// <summary>A store of which any call can be made to fail, before it was made or after.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    /// <summary>Fails calls before they are made.</summary>
    public Func<string, bool> Before { get; set; } = _ => false;

    /// <summary>Fails calls after they were made.</summary>
    public Func<string, bool> After { get; set; } = _ => false;

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => CallAsync("get", () => inner.GetAsync(key, cancellationToken));

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default) => CallAsync("put", () => inner.PutAsync(key, value, options, cancellationToken));

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => CallAsync("delete", () => inner.DeleteAsync(key, options, cancellationToken));

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => CallAsync("scan", () => inner.ScanAsync(scan, cancellationToken));

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default) => CallAsync("batch", () => inner.WriteAsync(batch, cancellationToken));

    private async ValueTask<T> CallAsync<T>(string name, Func<ValueTask<T>> call)
    {
        if (Before(name))
        {
            throw new StorageException(StorageErrorKind.Unavailable, "faulty", "The store is away.");
        }

        var result = await call();
        return After(name) ? throw new StorageException(StorageErrorKind.Timeout, "faulty", "The store did not answer.") { IsUncertain = true } : result;
    }
}
