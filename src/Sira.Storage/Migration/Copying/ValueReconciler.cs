using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Migration.Copying;

/// <summary>Makes the values of a partition the same in the target as in the source, while both are written.</summary>
/// <remarks>Both sides are walked over in the order of their names. Where they seem to differ, the key is locked, looked at again on both sides, and only then copied or deleted.</remarks>
internal sealed class ValueReconciler(MigrationCore core, MigrationTally tally)
{
    public async Task RunAsync(StorePartition partition, CancellationToken cancellationToken)
    {
        var (source, target) = (Walk(core.Source, partition), Walk(core.Target, partition));
        await source.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        await target.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        while (source.Name is not null || target.Name is not null)
        {
            var order = source.CompareTo(target);
            if (order != 0 || Difference(source.Current.Entry, target.Current.Entry) is not null)
            {
                await FixAsync(partition.Key(order <= 0 ? source.Name! : target.Name!), cancellationToken).ConfigureAwait(false);
            }

            tally.Value();
            if (order <= 0)
            {
                await source.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }

            if (order >= 0)
            {
                await target.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Looks at a key on both sides, with nobody writing it meanwhile, and puts the target right.</summary>
    public async Task FixAsync(StoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var held = await core.Locks.AcquireAsync([key]).ConfigureAwait(false);
        try
        {
            var there = await core.BoundAsync(core.Target.Store.GetAsync(key, cancellationToken)).ConfigureAwait(false);
            var right = await core.Source.Store.GetAsync(key, cancellationToken).ConfigureAwait(false);
            if (Difference(right, there) is not { } difference)
            {
                return;
            }

            // What is written here is not given up half way: it could come true when the key has been written again.
            var left = right?.ExpiresAt - core.Time.GetUtcNow();
            if (right is { } entry && left is null or { TotalMilliseconds: >= 1 })
            {
                await core.BoundAsync(core.Target.Store.PutAsync(key, entry.Value, new PutOptions { TimeToLive = left }, CancellationToken.None)).ConfigureAwait(false);
                tally.Copied(1, entry.Value.Length);
            }
            else
            {
                await core.BoundAsync(core.Target.Store.DeleteAsync(key, default, CancellationToken.None)).ConfigureAwait(false);
            }

            // What is about to go may have gone on one side first.
            if ((left ?? there?.ExpiresAt - core.Time.GetUtcNow()) is not { } soon || soon > core.Options.ExpiryTolerance)
            {
                tally.Differs(key, isStream: false, difference);
            }
        }
        finally
        {
            core.Locks.Release(held);
        }
    }

    private PagedCursor<StoreItem> Walk(IStorageEngine engine, StorePartition partition) => new(
        async (after, cancellationToken) =>
        {
            var page = await engine.Store.ScanAsync(new StoreScan(partition) { After = after, PageSize = core.Options.PageSize }, cancellationToken).ConfigureAwait(false);
            return (page.Items, page.Next);
        },
        static item => item.Name);

    private string? Difference(StoreEntry? right, StoreEntry? there)
    {
        if (right is not { } source || there is not { } target)
        {
            return right is null && there is null ? null : there is null ? "missing in the target" : "not in the source";
        }

        return !source.Value.Span.SequenceEqual(target.Value.Span) ? "other bytes"
            : (source.ExpiresAt is null) != (target.ExpiresAt is null) || (source.ExpiresAt - target.ExpiresAt)?.Duration() > core.Options.ExpiryTolerance ? "other expiry"
            : null;
    }
}
