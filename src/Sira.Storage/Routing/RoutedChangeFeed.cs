using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Routing;

/// <summary>The changes of several engines.</summary>
internal sealed class RoutedChangeFeed(StorageRoutes routes) : IChangeFeed
{
    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default) =>
        routes.Of(scope) is { Changes: { } changes } ? changes.SubscribeAsync(scope, cancellationToken)
        : throw new NotSupportedException($"The engine '{routes.Of(scope).Name}', which keeps '{scope}', does not tell of changes. Let another keep it.");
}
