using Microsoft.Extensions.Logging;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Migration.Records;

namespace Sira.Storage.Migration;

/// <summary>What the engine that callers see and the migration that goes on behind it have in common: where reads and writes go.</summary>
internal sealed class MigrationCore : IAsyncDisposable
{
    // Keys of which it is unknown whether the source was written. More than these are a source that is ill.
    private const int MaximumDoubtful = 10_000;

    private readonly SemaphoreSlim opening = new(1);
    private readonly Lock gate = new();
    private readonly HashSet<StoreKey> doubtful = [];
    private readonly HashSet<Task> lingering = [];
    private volatile MigrationRoute route = MigrationRoute.Unknown;
    private volatile Exception? failure;
    private volatile bool isClosed;
    private CancellationTokenSource? running;
    private CancellationTokenSource? aborting;

    public MigrationCore(IStorageEngine source, IStorageEngine target, string @namespace, MigrationOptions options, TimeProvider time, ILogger logger)
    {
        (Source, Target, Namespace, Options, Time, Logger) = (source, target, @namespace, options, time, logger);
        Records = new MigrationRecords(source, target, @namespace, time);
        Mirror = new MigrationMirror(this);
    }

    public IStorageEngine Source { get; }

    public IStorageEngine Target { get; }

    public string Namespace { get; }

    public MigrationOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public MigrationRecords Records { get; }

    public MigrationMirror Mirror { get; }

    public KeyLocks Locks { get; } = new();

    /// <summary>Everything that writes, or that must not span the cut-over, is inside.</summary>
    public OperationGate Writes { get; } = new();

    /// <summary>Held by whoever moves, finishes or aborts.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Everything that reads the source is inside.</summary>
    public OperationGate SourceReads { get; } = new();

    public MigrationRoute Route => route;

    /// <summary>How far the migration was written down to be, by this process or one before.</summary>
    public MigrationPhase Phase { get; set; }

    /// <summary>Why mirroring was stopped, if it was.</summary>
    public Exception? Failure => failure;

    /// <summary>Opens the engines and finds out which is the truth; also where a cut-over has left that open.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        if (route != MigrationRoute.Unknown)
        {
            return;
        }

        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            if (route == MigrationRoute.Unknown)
            {
                await Source.OpenAsync(cancellationToken).ConfigureAwait(false);
                var phase = await Records.ResolveAsync(cancellationToken).ConfigureAwait(false);
                if (phase >= MigrationPhase.CutOver)
                {
                    await Target.OpenAsync(cancellationToken).ConfigureAwait(false);
                }

                Phase = phase;
                route = phase >= MigrationPhase.CutOver ? MigrationRoute.Target : MigrationRoute.Source;
            }
        }
        finally
        {
            opening.Release();
        }
    }

    public void SetRoute(MigrationRoute next) => route = next;

    /// <summary>Notes what stops the run that begins; <see langword="null"/> when it has ended.</summary>
    public void SetAborting(CancellationTokenSource? run)
    {
        lock (gate)
        {
            aborting = run;
        }
    }

    /// <summary>Stops the run that is under way, if there is one.</summary>
    public void AbortRun()
    {
        CancellationTokenSource? run;
        lock (gate)
        {
            run = aborting;
        }

        run?.Cancel();
    }

    /// <summary>Begins to mirror. The gate of the writes is closed, so that whatever comes next is mirrored and whatever came before has ended.</summary>
    /// <returns>What is cancelled when mirroring fails.</returns>
    public void BeginMirroring(CancellationTokenSource run)
    {
        lock (gate)
        {
            (failure, running) = (null, run);
            doubtful.Clear();
            route = MigrationRoute.Both;
        }
    }

    /// <summary>Stops mirroring, when the migration is paused, fails or is aborted.</summary>
    public void EndMirroring()
    {
        lock (gate)
        {
            running = null;
            if (route == MigrationRoute.Both)
            {
                route = MigrationRoute.Source;
            }
        }
    }

    /// <summary>Stops the migration, because the target did not take a write.</summary>
    public void Fail(Exception exception)
    {
        CancellationTokenSource? run;
        lock (gate)
        {
            if (failure is not null || route != MigrationRoute.Both)
            {
                return;
            }

            failure = exception;
            route = MigrationRoute.Source;
            (run, running) = (running, null);
        }

        MigrationLog.MirrorFailed(Logger, Namespace, Source.Name, Target.Name, exception);
        run?.Cancel();
    }

    /// <summary>Notes keys of which it is unknown whether they were written; they are looked at again before the cut-over.</summary>
    public void Doubt(IReadOnlyList<StoreKey> keys)
    {
        bool isTooMuch;
        lock (gate)
        {
            doubtful.UnionWith(keys);
            isTooMuch = doubtful.Count > MaximumDoubtful;
        }

        if (isTooMuch)
        {
            Fail(new StorageException(StorageErrorKind.Unavailable, Source.Name, $"Of more than {MaximumDoubtful} keys it is unknown whether '{Source.Name}' has written them. Migrate when it is well."));
        }
    }

    public StoreKey[] TakeDoubtful()
    {
        lock (gate)
        {
            StoreKey[] taken = [.. doubtful];
            doubtful.Clear();
            return taken;
        }
    }

    /// <summary>Waits for the target while others wait: not for ever.</summary>
    /// <exception cref="StorageException">It has taken too long; the call goes on, and the next run waits for it.</exception>
    public async Task BoundAsync(Task call)
    {
        try
        {
            await call.WaitAsync(Options.MirrorTimeout, Time).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            Linger(call);
            throw new StorageException(StorageErrorKind.Timeout, Target.Name, $"'{Target.Name}' has not answered within {Options.MirrorTimeout}. Look whether it is well, or raise {nameof(MigrationOptions)}.{nameof(MigrationOptions.MirrorTimeout)}.");
        }
    }

    /// <inheritdoc cref="BoundAsync(Task)"/>
    public async ValueTask<T> BoundAsync<T>(ValueTask<T> call)
    {
        if (call.IsCompleted)
        {
            return await call.ConfigureAwait(false);
        }

        var task = call.AsTask();
        await BoundAsync((Task)task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    private void Linger(Task write)
    {
        lock (gate)
        {
            lingering.RemoveWhere(static task => task.IsCompleted);
            lingering.Add(write);
        }

        _ = write.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for the writes of an earlier run, so that none of them comes behind one of the next.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        Task[] tasks;
        lock (gate)
        {
            tasks = [.. lingering];
        }

        foreach (var task in tasks)
        {
            await Task.WhenAny(task).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets no write begin, once those under way have ended; not for ever, since others wait.</summary>
    /// <exception cref="StorageException">One of them did not end in time.</exception>
    public async Task CloseWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Writes.CloseAsync(Options.MirrorTimeout, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new StorageException(StorageErrorKind.Busy, Source.Name, $"A write to '{Source.Name}' has not ended within {Options.MirrorTimeout}, and the migration makes the others wait no longer. Look whether it is well, or raise {nameof(MigrationOptions)}.{nameof(MigrationOptions.MirrorTimeout)}.");
        }
    }

    public void ThrowIfClosed()
    {
        if (isClosed)
        {
            throw new StorageException(StorageErrorKind.Closed, Source.Name, $"The engine '{Source.Name}' was closed. Open another.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (isClosed)
        {
            return;
        }

        isClosed = true;
        AbortRun();
        await Turn.WaitAsync().ConfigureAwait(false);
        await Writes.CloseAsync(Timeout.InfiniteTimeSpan, Time, CancellationToken.None).ConfigureAwait(false);
        Writes.Open();
        Turn.Release();
    }
}
