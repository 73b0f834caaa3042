using Microsoft.Extensions.Logging;
using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Storage;

/// <summary>The second level. Its failures are logged and bounded in time, and never those of a request.</summary>
internal sealed class SecondLevelStore(ISecondLevel level, CacheOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Reads an entry, also one that has expired but may be answered when nothing better can be had.</summary>
    public async ValueTask<CacheEntry?> GetAsync(CacheKey key, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await BoundedCall.RunAsync(static (self, token) => self.level.GetAsync($"{self.key}", token), (level, key), options.DistributedTimeout, time, cancellationToken).ConfigureAwait(false);
            if (bytes is null)
            {
                return null;
            }

            var entry = EntryFormat.TryRead(bytes.Value.Span, key, time.GetUtcNow(), options.MaxEntryBytes);
            if (entry is null)
            {
                logger.SecondLevelEntryRejected();
            }

            return entry;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.SecondLevelFailed(exception, "read");
            return null;
        }
    }

    public async ValueTask SetAsync(CacheKey key, CacheEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await BoundedCall.RunAsync(
                static async (self, token) =>
                {
                    await self.level.SetAsync($"{self.key}", EntryFormat.Write(self.key, self.entry), self.timeToLive, token).ConfigureAwait(false);
                    return true;
                },
                (level, key, entry, timeToLive: options.TimeToLive + options.StaleFor),
                options.DistributedTimeout,
                time,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The answer is there and is given; whoever cancelled leaves nothing but a missing copy.
            logger.SecondLevelFailed(exception, "write");
        }
    }
}
