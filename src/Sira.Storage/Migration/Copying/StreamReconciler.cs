using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Migration.Copying;

/// <summary>Makes the streams of a partition the same in the target as in the source, version by version, while both are written.</summary>
internal sealed class StreamReconciler(MigrationCore core, MigrationTally tally)
{
    private readonly StreamCopier copier = new(core, tally);

    private IEventLog Source => core.Source.Events!;

    private IEventLog Target => core.Target.Events!;

    public async Task RunAsync(StorePartition partition, CancellationToken cancellationToken)
    {
        var (source, target) = (Walk(Source, partition), Walk(Target, partition));
        await source.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        await target.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        while (source.Name is not null || target.Name is not null)
        {
            var order = source.CompareTo(target);
            var stream = partition.Key(order <= 0 ? source.Name! : target.Name!);
            if (order == 0 && await DifferenceAsync(stream, Math.Min(source.Current.Version, target.Current.Version), cancellationToken).ConfigureAwait(false) is null)
            {
                await CatchUpAsync(stream, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await FixAsync(stream, cancellationToken).ConfigureAwait(false);
            }

            tally.Stream();
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

    /// <summary>Looks at a stream on both sides, with nobody writing it meanwhile, and puts the target right.</summary>
    public async Task FixAsync(StoreKey stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var held = await core.Locks.AcquireAsync([stream]).ConfigureAwait(false);
        try
        {
            var (right, there) = (await Source.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false), await core.BoundAsync(Target.GetVersionAsync(stream, cancellationToken)).ConfigureAwait(false));
            var difference = there == 0 ? null : right == 0 ? "not in the source" : await DifferenceAsync(stream, Math.Min(right, there), cancellationToken).ConfigureAwait(false);
            if (difference is not null)
            {
                await core.BoundAsync(Target.DeleteAsync(stream, CancellationToken.None)).ConfigureAwait(false);
                tally.Differs(stream, isStream: true, difference);
            }
            else if (right != there)
            {
                tally.Differs(stream, isStream: true, "another version");
            }
        }
        finally
        {
            core.Locks.Release(held);
        }

        await copier.CopyAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    // Events that came since are mirrored; where the target lacks some although nobody writes, that is a difference.
    private async ValueTask CatchUpAsync(StoreKey stream, CancellationToken cancellationToken)
    {
        if (await Source.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false) != await Target.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            await FixAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<string?> DifferenceAsync(StoreKey stream, long upTo, CancellationToken cancellationToken)
    {
        for (var after = 0L; after < upTo;)
        {
            var right = await Source.ReadAsync(stream, after, core.Options.PageSize, cancellationToken).ConfigureAwait(false);
            var there = await core.BoundAsync(Target.ReadAsync(stream, after, core.Options.PageSize, cancellationToken)).ConfigureAwait(false);
            if (At(right, 0, upTo) is null && At(there, 0, upTo) is null)
            {
                return null;
            }

            // An engine may give fewer events than it was asked for, so only what both gave is compared, and at least one.
            for (var i = 0; i < Math.Max(1, Math.Min(right.Events.Count, there.Events.Count)); i++)
            {
                var (one, other) = (At(right, i, upTo), At(there, i, upTo));
                if (one?.Version != other?.Version)
                {
                    return $"other versions behind {after}";
                }

                if (one is not { } source || other is not { } target)
                {
                    return null;
                }

                if (source.Type != target.Type || !source.Data.Span.SequenceEqual(target.Data.Span))
                {
                    return $"another event {source.Version}";
                }

                after = source.Version;
            }
        }

        return null;
    }

    private static StoredEvent? At(in EventPage page, int index, long upTo) => index < page.Events.Count && page.Events[index] is var found && found.Version <= upTo ? found : null;

    private PagedCursor<StreamInfo> Walk(IEventLog log, StorePartition partition) => new(
        async (after, cancellationToken) =>
        {
            var page = await log.ListAsync(new StoreScan(partition) { After = after, PageSize = core.Options.PageSize }, cancellationToken).ConfigureAwait(false);
            return (page.Streams, page.Next);
        },
        static stream => stream.Name);
}
