using System.Text;
using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Redis.Engine;

/// <summary>Tells of the writes of all processes, by channels of Redis.</summary>
internal sealed class RedisChangeFeed(RedisSession session) : IChangeFeed
{
    public async ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(scope);
        var subscription = new RedisChangeSubscription(scope);
        byte[] channel = [.. Encoding.UTF8.GetBytes(session.ChannelPrefix), .. RedisKeys.Partition(scope)];
        subscription.Begin(await session.SubscribeAsync(channel, subscription, cancellationToken).ConfigureAwait(false), session.Closing);
        return subscription;
    }
}
