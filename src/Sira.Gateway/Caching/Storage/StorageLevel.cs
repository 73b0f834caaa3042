using Sira.Storage;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Gateway.Caching.Storage;

/// <summary>The second level in Sira's own storage.</summary>
internal sealed class StorageLevel(IStorageEngine engine) : ISecondLevel
{
    /// <summary>The namespace, by which rules choose the engine.</summary>
    public const string Namespace = "cache";

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) =>
        (await engine.Store.GetAsync(new StoreKey(Namespace, key), cancellationToken).ConfigureAwait(false))?.Value;

    public async Task SetAsync(string key, byte[] bytes, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        await engine.Store.PutAsync(new StoreKey(Namespace, key), bytes, new PutOptions(TimeToLive: timeToLive), cancellationToken).ConfigureAwait(false);
}
