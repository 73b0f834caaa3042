using Sira.Storage;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Session.Tests.Support;

/// <summary>A change feed that cannot be listened to, or that ends and never tells of anything.</summary>
internal sealed class BrokenFeed(bool failsAtOnce) : IChangeFeed, IAsyncDisposable
{
    private readonly ChangeQueue queue = new(static _ => { });

    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default) =>
        failsAtOnce ? throw new StorageException(StorageErrorKind.Unavailable, "broken", "The feed is down.") : ValueTask.FromResult<IChangeSubscription>(queue);

    public void End() => queue.Close();

    public ValueTask DisposeAsync() => queue.DisposeAsync();
}
