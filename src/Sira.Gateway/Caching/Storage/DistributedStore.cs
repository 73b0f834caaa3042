using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Storage;

/// <summary>The second level: what the host has registered as <see cref="IDistributedCache"/>. Its failures are logged and bounded in time, and never those of a request.</summary>
internal sealed class DistributedStore(IDistributedCache cache, CacheOptions options, TimeProvider time, ILogger logger)
{
    private const string Prefix = "sira:cache:";

    /// <summary>Reads an entry, also one that has expired but may be answered when nothing better can be had.</summary>
    public async ValueTask<CacheEntry?> GetAsync(CacheKey key, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await BoundedCall.RunAsync(static (self, token) => self.cache.GetAsync(Prefix + self.key, token), (cache, key), options.DistributedTimeout, time, cancellationToken).ConfigureAwait(false);
            if (bytes is null)
            {
                return null;
            }

            var entry = EntryFormat.TryRead(bytes, key, time.GetUtcNow(), options.MaxEntryBytes);
            if (entry is null)
            {
                logger.DistributedEntryRejected();
            }

            return entry;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.DistributedCacheFailed(exception, "read");
            return null;
        }
    }

    public async ValueTask SetAsync(CacheKey key, CacheEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var expiry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.TimeToLive + options.StaleFor };
            await BoundedCall.RunAsync(
                static async (self, token) =>
                {
                    await self.cache.SetAsync(Prefix + self.key, EntryFormat.Write(self.key, self.entry), self.expiry, token).ConfigureAwait(false);
                    return true;
                },
                (cache, key, entry, expiry),
                options.DistributedTimeout,
                time,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The answer is there and is given; whoever cancelled leaves nothing but a missing copy.
            logger.DistributedCacheFailed(exception, "write");
        }
    }
}
