using Sira.Storage.Errors;
using Sira.Storage.Migration.Copying;

namespace Sira.Storage.Migration;

/// <summary>Switches a namespace to its target, between two operations.</summary>
internal sealed class CutOver(MigratingEngine engine, MigrationTally tally)
{
    private readonly MigrationCore core = engine.Core;

    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        await core.CloseWritesAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await FixDoubtfulAsync(cancellationToken).ConfigureAwait(false);
            if (core.Failure is { } failure)
            {
                throw failure;
            }

            var prepared = engine.Feed is { } feed ? await feed.PrepareAsync(cancellationToken).ConfigureAwait(false) : [];
            try
            {
                await CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                foreach (var (_, next) in prepared)
                {
                    await next.DisposeAsync().ConfigureAwait(false);
                }

                throw;
            }

            core.SetRoute(MigrationRoute.Target);
            core.Phase = MigrationPhase.CutOver;
            MigrationLog.Entered(core.Logger, core.Namespace, core.Source.Name, core.Target.Name, MigrationPhase.CutOver);
            if (engine.Feed is { } switched)
            {
                await switched.SwitchAsync(prepared).ConfigureAwait(false);
            }
        }
        finally
        {
            core.Writes.Open();
        }

        try
        {
            await core.Records.WriteTargetAsync(MigrationPhase.CutOver, CancellationToken.None).ConfigureAwait(false);
            await core.Records.ForgetComingAsync().ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            // It says CuttingOver there, which with a source that has its record, or has lost it, means the same.
            MigrationLog.NotNoted(core.Logger, core.Namespace, core.Target.Name, exception);
        }
    }

    // Of a write of unknown outcome the one that counts is what the source has now; if it comes true later still, it was never acknowledged.
    private async Task FixDoubtfulAsync(CancellationToken cancellationToken)
    {
        var (values, streams) = (new ValueReconciler(core, tally), new StreamReconciler(core, tally));
        foreach (var key in core.TakeDoubtful())
        {
            await values.FixAsync(key, cancellationToken).ConfigureAwait(false);
            if (core.Source.Events is not null)
            {
                await streams.FixAsync(key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The record of the source is the one moment: before it the source is the truth, behind it the target.
    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await core.BoundAsync(core.Records.ForgetLeavingAsync()).ConfigureAwait(false);
        await core.BoundAsync(core.Records.WriteTargetAsync(MigrationPhase.CuttingOver, CancellationToken.None)).ConfigureAwait(false);
        try
        {
            await core.Records.WriteSourceAsync(MigrationPhase.CutOver, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not StorageException { IsUncertain: false })
        {
            try
            {
                if (await core.Records.ResolveAsync(CancellationToken.None).ConfigureAwait(false) >= MigrationPhase.CutOver)
                {
                    return;
                }
            }
            catch (Exception unanswered) when (unanswered is not OutOfMemoryException)
            {
                MigrationLog.Unresolved(core.Logger, core.Namespace, core.Source.Name, unanswered);
                core.SetRoute(MigrationRoute.Unknown);
                if (engine.Feed is { } feed)
                {
                    await feed.EndAsync().ConfigureAwait(false);
                }
            }

            throw;
        }
    }
}
