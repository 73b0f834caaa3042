using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Layers;

/// <summary>Passes changes on, each after the copy that it has made wrong is gone: whoever is told of a change and reads sees it.</summary>
internal sealed class LayeredChangeFeed(IChangeFeed lower, LayeredCache cache) : IChangeFeed
{
    public async ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default) =>
        new Subscription(await lower.SubscribeAsync(scope, cancellationToken).ConfigureAwait(false), scope, cache);

    private sealed class Subscription(IChangeSubscription inner, StorePartition scope, LayeredCache cache) : IChangeSubscription
    {
        public async IAsyncEnumerator<StoreChange> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            await foreach (var change in inner.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (change.Kind is ChangeKind.Missed)
                {
                    cache.Invalidate(scope);
                }
                else
                {
                    cache.Stripes.Apply(change, isLast: false);
                }

                yield return change;
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
