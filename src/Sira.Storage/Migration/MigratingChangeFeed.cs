using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Migration;

/// <summary>The changes of an engine of which a namespace is being migrated.</summary>
internal sealed class MigratingChangeFeed(MigrationCore core, MigrationOperations operations) : IChangeFeed
{
    private readonly Lock gate = new();
    private readonly HashSet<MigratingSubscription> subscriptions = [];

    public async ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(scope);
        if (scope.Namespace != core.Namespace)
        {
            return await core.Source.Changes!.SubscribeAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        // Among the writes, so that none begins while the engines are switched.
        await operations.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (core.Route == MigrationRoute.Target)
            {
                return await core.Target.Changes!.SubscribeAsync(scope, cancellationToken).ConfigureAwait(false);
            }

            var subscription = new MigratingSubscription(scope, await core.Source.Changes!.SubscribeAsync(scope, cancellationToken).ConfigureAwait(false), Remove);
            lock (gate)
            {
                subscriptions.Add(subscription);
            }

            return subscription;
        }
        finally
        {
            core.Writes.Exit();
        }
    }

    /// <summary>Begins to listen to the target, for everybody who listens to the source. The gate of the writes is closed.</summary>
    public async Task<IReadOnlyList<(MigratingSubscription Subscription, IChangeSubscription Next)>> PrepareAsync(CancellationToken cancellationToken)
    {
        MigratingSubscription[] open;
        lock (gate)
        {
            open = [.. subscriptions];
        }

        var prepared = new List<(MigratingSubscription, IChangeSubscription)>();
        try
        {
            foreach (var subscription in open)
            {
                prepared.Add((subscription, await core.BoundAsync(core.Target.Changes!.SubscribeAsync(subscription.Scope, cancellationToken)).ConfigureAwait(false)));
            }
        }
        catch
        {
            foreach (var (_, next) in prepared)
            {
                await next.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        return prepared;
    }

    /// <summary>Goes on with the target.</summary>
    public async Task SwitchAsync(IReadOnlyList<(MigratingSubscription Subscription, IChangeSubscription Next)> prepared)
    {
        foreach (var (subscription, next) in prepared)
        {
            bool isOpen;
            lock (gate)
            {
                isOpen = subscriptions.Remove(subscription);
            }

            if (isOpen)
            {
                subscription.Switch(next);
            }
            else
            {
                await next.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends what everybody listens to, where it is unknown which engine will be the truth: who listens begins anew then.</summary>
    public async Task EndAsync()
    {
        MigratingSubscription[] open;
        lock (gate)
        {
            open = [.. subscriptions];
        }

        foreach (var subscription in open)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Remove(MigratingSubscription subscription)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
        }
    }
}
