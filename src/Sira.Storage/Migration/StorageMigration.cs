using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Migration.Copying;

namespace Sira.Storage.Migration;

/// <summary>Moves the namespace of a <see cref="MigratingEngine"/> to its target while it is read and written.</summary>
/// <remarks>Thread-safe; one method at a time does something, and another that is called meanwhile waits, except that <see cref="AbortAsync"/> stops <see cref="RunAsync"/>.</remarks>
public sealed class StorageMigration
{
    private readonly MigratingEngine engine;
    private readonly MigrationCore core;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="engine">The engine.</param>
    public StorageMigration(MigratingEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        (this.engine, core) = (engine, engine.Core);
    }

    /// <summary>Gets how far the migration is, as it was last written down; <see cref="MigrationPhase.None"/> before the engine was opened.</summary>
    public MigrationPhase Phase => core.Phase;

    /// <summary>Copies, compares, and switches: from beginning to cut-over.</summary>
    /// <remarks>
    /// <para>Cancelling pauses it: nothing is mirrored any more, and the source stays the truth. Running it again, also in another process, walks over everything again and copies what differs.</para>
    /// <para>From when the cut-over has begun to be written down it can no longer be cancelled.</para>
    /// </remarks>
    /// <param name="progress">Is told how far it is; must return at once.</param>
    /// <param name="cancellationToken">Pauses it.</param>
    /// <returns>How it ended, at once if the namespace was cut over already.</returns>
    /// <exception cref="MigrationException">It was stopped: the target failed, or something differs again and again. Unless <see cref="Phase"/> says otherwise, the source stays the truth.</exception>
    public async Task<MigrationProgress> RunAsync(IProgress<MigrationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await core.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);

        // Not disposed of: whoever stops the run may be about to when it ends by itself.
        var failing = new CancellationTokenSource();
        var aborted = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, failing.Token, aborted.Token);
        var tally = new MigrationTally(core.Options, progress);
        try
        {
            core.SetAborting(aborted);
            await core.OpenAsync(linked.Token).ConfigureAwait(false);
            if (core.Route != MigrationRoute.Target)
            {
                await MoveAsync(tally, failing, linked.Token).ConfigureAwait(false);
            }

            tally.End(core.Phase);
            return tally.Snapshot();
        }
        catch (Exception exception) when (exception is not (MigrationException or OutOfMemoryException) && !cancellationToken.IsCancellationRequested)
        {
            throw aborted.IsCancellationRequested
                ? new MigrationException($"The migration of '{core.Namespace}' was aborted.", tally.Snapshot(), exception)
                : Stopped(tally, core.Failure ?? exception);
        }
        finally
        {
            core.EndMirroring();
            core.SetAborting(null);
            core.Turn.Release();
        }
    }

    /// <summary>Deletes the namespace from the source, in bounded steps, after the cut-over. Can be given up and called again.</summary>
    /// <param name="deleteSource">Whether to; otherwise it is only noted that the source is not needed any more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when nothing is left.</returns>
    /// <exception cref="InvalidOperationException">The namespace has not been cut over.</exception>
    /// <exception cref="StorageException">One of the engines failed.</exception>
    public async Task FinishAsync(bool deleteSource, CancellationToken cancellationToken = default)
    {
        await core.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await core.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (core.Route != MigrationRoute.Target)
            {
                throw new InvalidOperationException($"'{core.Namespace}' has not been cut over to '{core.Target.Name}', so '{core.Source.Name}' is still needed. Run the migration first.");
            }

            // Reads that began before the cut-over may still be at it.
            await core.SourceReads.CloseAsync(Timeout.InfiniteTimeSpan, core.Time, cancellationToken).ConfigureAwait(false);
            if (deleteSource)
            {
                await NamespaceEraser.EraseAsync(core.Source, core.Namespace, core.Options.PageSize, cancellationToken).ConfigureAwait(false);
            }

            await core.Records.WriteTargetAsync(MigrationPhase.Finished, cancellationToken).ConfigureAwait(false);
            await core.Records.ForgetComingAsync().ConfigureAwait(false);
            await core.Records.WriteSourceAsync(MigrationPhase.Finished, cancellationToken).ConfigureAwait(false);
            Enter(MigrationPhase.Finished);
        }
        finally
        {
            core.Turn.Release();
        }
    }

    /// <summary>Gives the migration up for good, also one that runs; the source stays the truth.</summary>
    /// <param name="deleteCopies">Whether what was copied to the target is deleted, in bounded steps.</param>
    /// <param name="cancellationToken">Gives up; call it again then.</param>
    /// <returns>A task that ends when it is done.</returns>
    /// <exception cref="InvalidOperationException">The namespace was cut over: the target has what the source has not. Migrate it back instead.</exception>
    /// <exception cref="StorageException">One of the engines failed.</exception>
    public async Task AbortAsync(bool deleteCopies, CancellationToken cancellationToken = default)
    {
        core.AbortRun();
        await core.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await core.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (core.Route == MigrationRoute.Target)
            {
                throw new InvalidOperationException($"'{core.Namespace}' was cut over to '{core.Target.Name}', which has what '{core.Source.Name}' has not. Migrate it back instead.");
            }

            if (deleteCopies)
            {
                await core.SettleAsync(cancellationToken).ConfigureAwait(false);
                await NamespaceEraser.EraseAsync(core.Target, core.Namespace, core.Options.PageSize, cancellationToken).ConfigureAwait(false);
            }

            await core.Records.DeleteAsync(cancellationToken).ConfigureAwait(false);
            core.Phase = MigrationPhase.None;
            MigrationLog.Aborted(core.Logger, core.Namespace, core.Source.Name, core.Target.Name);
        }
        finally
        {
            core.Turn.Release();
        }
    }

    private async Task MoveAsync(MigrationTally tally, CancellationTokenSource failing, CancellationToken cancellationToken)
    {
        await core.Target.OpenAsync(cancellationToken).ConfigureAwait(false);
        await core.SettleAsync(cancellationToken).ConfigureAwait(false);
        if (core.Phase == MigrationPhase.None && !core.Options.ReplaceTarget && !await NamespaceEraser.IsEmptyAsync(core.Target, core.Namespace, cancellationToken).ConfigureAwait(false))
        {
            throw new MigrationException($"There is something in the namespace '{core.Namespace}' of '{core.Target.Name}' already. Delete it, or set {nameof(MigrationOptions)}.{nameof(MigrationOptions.ReplaceTarget)}.", tally.Snapshot());
        }

        await NoteAsync(MigrationPhase.Backfill, cancellationToken).ConfigureAwait(false);
        await core.CloseWritesAsync(cancellationToken).ConfigureAwait(false);
        core.BeginMirroring(failing);
        core.Writes.Open();

        tally.Enter(MigrationPhase.Backfill, 0);
        await WalkAsync(tally, cancellationToken).ConfigureAwait(false);
        await NoteAsync(MigrationPhase.Verify, cancellationToken).ConfigureAwait(false);
        for (var pass = 1; ; pass++)
        {
            tally.Enter(MigrationPhase.Verify, pass);
            var before = tally.DifferenceCount;
            await WalkAsync(tally, cancellationToken).ConfigureAwait(false);
            var found = tally.DifferenceCount - before;
            if (found == 0)
            {
                break;
            }

            MigrationLog.Differed(core.Logger, core.Namespace, pass, found);
            if (pass == core.Options.MaximumPasses)
            {
                throw new MigrationException($"'{core.Target.Name}' still differs from '{core.Source.Name}' in {found} places of '{core.Namespace}' after {pass} passes. Look who else writes there, past the engine that migrates.", tally.Snapshot());
            }
        }

        await new CutOver(engine, tally).MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WalkAsync(MigrationTally tally, CancellationToken cancellationToken)
    {
        var partitions = new HashSet<StorePartition>();
        foreach (var side in (IStorageEngine[])[core.Source, core.Target])
        {
            await foreach (var partition in side.ListPartitionsAsync(core.Namespace, cancellationToken).ConfigureAwait(false))
            {
                partitions.Add(partition);
            }
        }

        var (values, streams) = (new ValueReconciler(core, tally), new StreamReconciler(core, tally));
        foreach (var partition in partitions)
        {
            await values.RunAsync(partition, cancellationToken).ConfigureAwait(false);
            if (core.Source.Events is not null)
            {
                await streams.RunAsync(partition, cancellationToken).ConfigureAwait(false);
            }

            tally.Partition();
        }
    }

    private async Task NoteAsync(MigrationPhase phase, CancellationToken cancellationToken)
    {
        await core.Records.WriteSourceAsync(phase, cancellationToken).ConfigureAwait(false);
        await core.Records.WriteTargetAsync(phase, cancellationToken).ConfigureAwait(false);
        Enter(phase);
    }

    private void Enter(MigrationPhase phase)
    {
        core.Phase = phase;
        MigrationLog.Entered(core.Logger, core.Namespace, core.Source.Name, core.Target.Name, phase);
    }

    private MigrationException Stopped(MigrationTally tally, Exception cause) =>
        new($"The migration of '{core.Namespace}' from '{core.Source.Name}' to '{core.Target.Name}' was stopped: {cause.Message} {(core.Route == MigrationRoute.Target ? $"'{core.Target.Name}'" : $"'{core.Source.Name}'")} is the truth; run it again when the cause is gone.", tally.Snapshot(), cause);
}
