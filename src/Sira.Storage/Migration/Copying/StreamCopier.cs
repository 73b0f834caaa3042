using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Migration.Copying;

/// <summary>Brings a stream of the target to the version that it has in the source.</summary>
/// <remarks>In steps, each with the stream locked, so that those who append to it wait for a page and not for all of it. Versions that were trimmed are filled and trimmed again, so that the numbers of what is left are the same.</remarks>
internal sealed class StreamCopier(MigrationCore core, MigrationTally tally)
{
    private IEventLog Source => core.Source.Events!;

    private IEventLog Target => core.Target.Events!;

    public async Task CopyAsync(StoreKey stream, CancellationToken cancellationToken)
    {
        var isCopied = false;
        while (!isCopied)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var held = await core.Locks.AcquireAsync([stream]).ConfigureAwait(false);
            try
            {
                isCopied = await StepAsync(stream, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                core.Locks.Release(held);
            }
        }
    }

    // What is written is not given up half way, as for values.
    private async Task<bool> StepAsync(StoreKey stream, CancellationToken cancellationToken)
    {
        var right = await Source.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false);
        var there = await core.BoundAsync(Target.GetVersionAsync(stream, cancellationToken)).ConfigureAwait(false);
        if (there > right)
        {
            await core.BoundAsync(Target.DeleteAsync(stream, CancellationToken.None)).ConfigureAwait(false);
            return right == 0;
        }

        if (there == right)
        {
            await TrimAsync(stream, right, cancellationToken).ConfigureAwait(false);
            return true;
        }

        var page = await Source.ReadAsync(stream, there, Math.Min(core.Options.PageSize, core.Target.Capabilities.MaximumBatchLength), cancellationToken).ConfigureAwait(false);
        var first = page.Events.Count > 0 ? page.Events[0].Version : right + 1;
        EventData[] events = first > there + 1
            ? TrimmedVersions.Fill(first - there - 1, core.Target.Capabilities.MaximumBatchLength)
            : [.. page.Events.Select(static stored => new EventData(stored.Type, stored.Data))];
        await core.BoundAsync(Target.AppendAsync(stream, ExpectedVersion.Of(there), events, default, CancellationToken.None)).ConfigureAwait(false);
        tally.Copied(events.Length, events.Sum(static item => (long)item.Data.Length));
        return false;
    }

    private async ValueTask TrimAsync(StoreKey stream, long version, CancellationToken cancellationToken)
    {
        var first = await Source.ReadAsync(stream, 0, 1, cancellationToken).ConfigureAwait(false);
        var trimmed = first.Events.Count > 0 ? first.Events[0].Version - 1 : version;
        if (trimmed > 0)
        {
            await core.BoundAsync(Target.TrimAsync(stream, trimmed, CancellationToken.None)).ConfigureAwait(false);
        }
    }
}
