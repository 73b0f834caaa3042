using Microsoft.Extensions.Caching.Distributed;

namespace Sira.Gateway.Caching.Storage;

/// <summary>The second level in what the host has registered as <see cref="IDistributedCache"/>.</summary>
internal sealed class DistributedCacheLevel(IDistributedCache cache) : ISecondLevel
{
    private const string Prefix = "sira:cache:";

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) =>
        await cache.GetAsync(Prefix + key, cancellationToken).ConfigureAwait(false) is { } bytes ? bytes : null;

    public Task SetAsync(string key, byte[] bytes, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        cache.SetAsync(Prefix + key, bytes, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = timeToLive }, cancellationToken);
}
