using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Backup;
using Sira.Kernel.Configuration.Versions;
using Sira.Storage.Errors;

namespace Sira.Storage.State;

/// <summary>Keeps the state of the process in a slot of its own, which is written anew after each interval as far as it has changed.</summary>
internal sealed class StateKeeper : IStateKeeper, IAsyncDisposable, IDisposable
{
    // Writing takes at most a twentieth of the time, however large the state has become.
    private const int Rest = 20;

    private readonly SlotStore store;
    private readonly SlotClaims claims;
    private readonly LeaseHolder self;
    private readonly StateParticipants participants;
    private readonly StateStorageOptions options;
    private readonly ISiraConfiguration? configuration;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly StateTakeover takeover;
    private readonly SemaphoreSlim turn = new(1);
    private readonly CancellationTokenSource stopping = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;
    private IDisposable? watch;
    private HeldSlot? held;
    private StateKeeperPhase phase;
    private volatile string? failure;
    private long savedAt;

    public StateKeeper(IStorageEngine engine, StateParticipants participants, StateStorageOptions options, ISiraConfiguration? configuration, TimeProvider time, ILogger<StateKeeper> logger)
    {
        (this.participants, this.options, this.configuration, this.time, this.logger) = (participants, options, configuration, time, logger);
        (store, self) = (new SlotStore(engine, options), LeaseHolder.Current(participants.Origins[0]));
        (claims, takeover) = (new SlotClaims(store, self), new StateTakeover(store, participants, options));
    }

    public DateTimeOffset? SavedAt => Volatile.Read(ref savedAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Gets what is wrong; <see langword="null"/> for nothing.</summary>
    public string? Failure => failure;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (phase is not StateKeeperPhase.Created)
            {
                return;
            }

            await TakeOverAsync(cancellationToken).ConfigureAwait(false);
            phase = StateKeeperPhase.Running;
            watch = configuration is null ? null : ChangeToken.OnChange(configuration.GetChangeToken, () => Volatile.Read(ref changed).TrySetResult());
            running = RunAsync();
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task SaveAsync(CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (phase is not StateKeeperPhase.Running)
            {
                throw new InvalidOperationException(phase switch
                {
                    StateKeeperPhase.Lost => "Another process has taken over the state of this one. Restart it.",
                    StateKeeperPhase.Stopped => "State is not kept any more: the host has stopped.",
                    _ => "State is not kept yet. Start the host first.",
                });
            }

            await KeepAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        watch?.Dispose();
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (phase is StateKeeperPhase.Running)
            {
                await KeepAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LastStateNotKept(exception, options.Namespace, SavedAt);
        }
        finally
        {
            phase = phase is StateKeeperPhase.Lost ? phase : StateKeeperPhase.Stopped;
            turn.Release();
        }

        if (held is not null && phase is StateKeeperPhase.Stopped)
        {
            await claims.ReleaseAsync([held.Slot]).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        watch?.Dispose();
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stopping.Dispose();
    }

    // A container that is disposed of without await: the loop ends by itself.
    public void Dispose()
    {
        watch?.Dispose();
        stopping.Cancel();
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        List<TakenSlot> taken = [];
        try
        {
            taken = await claims.TakeFreeAsync(cancellationToken).ConfigureAwait(false);
            var own = taken.Count > 0 ? taken[0] : await claims.MakeAsync(cancellationToken).ConfigureAwait(false);
            var (restored, left) = await takeover.RunAsync(taken, cancellationToken).ConfigureAwait(false);
            held = new HeldSlot(store, self, own, left);
            if (taken.Count > 0)
            {
                Tell(taken, restored);
            }

            // From here on the others' state is this process's own, so that theirs must go, or it would be counted twice.
            if (!await WriteAsync([.. taken.Skip(1)], CancellationToken.None).ConfigureAwait(false))
            {
                throw new StateBackupException($"Another process took over the same state from '{options.Namespace}' at the same time, because this one was not heard of for {options.Lease}. Start this one again, or raise {nameof(StateStorageOptions.Lease)}.");
            }
        }
        catch (Exception exception)
        {
            await claims.ReleaseAsync(taken).ConfigureAwait(false);
            var isInPlace = held is not null && taken.Count > 0;
            if (exception is not (StorageException or StateBackupException) || options.Required || isInPlace)
            {
                throw;
            }

            held = null;

            logger.StateNotTakenOver(exception, options.Namespace);
            failure = $"What is kept in '{options.Namespace}' could not be taken over: {exception.Message}";
            return;
        }

        await SweepAsync(taken, cancellationToken).ConfigureAwait(false);
    }

    private void Tell(List<TakenSlot> taken, IReadOnlyList<PreparedState> restored)
    {
        logger.StateTakenOver(taken.Count, options.Namespace, restored.Count, taken.Max(static slot => slot.Manifest.SavedAt));
        foreach (var state in restored)
        {
            foreach (var note in state.Notes)
            {
                logger.PartNote(state.Name, note);
            }
        }
    }

    private async Task SweepAsync(List<TakenSlot> taken, CancellationToken cancellationToken)
    {
        try
        {
            await claims.ReleaseAsync(taken.Skip(1)).ConfigureAwait(false);
            await store.SweepAsync(held!.Slot.Id, held.Slot.Manifest, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            logger.NotSwept(exception, options.Namespace);
        }
    }

    private async Task RunAsync()
    {
        var delay = options.Interval;
        while (!stopping.IsCancellationRequested && phase is StateKeeperPhase.Running)
        {
            using (var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token))
            {
                await Task.WhenAny(Task.Delay(delay, time, woken.Token), Volatile.Read(ref changed).Task).ConfigureAwait(false);
                await woken.CancelAsync().ConfigureAwait(false);
            }

            if (Volatile.Read(ref changed).Task.IsCompleted)
            {
                Volatile.Write(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            var started = time.GetTimestamp();
            try
            {
                await SaveAsync(stopping.Token).ConfigureAwait(false);
            }
            catch (Exception) when (stopping.IsCancellationRequested || phase is not StateKeeperPhase.Running)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever an engine throws: state that is not kept must not go unnoticed, nor be given up.
                logger.StateNotKept(exception, options.Namespace, delay);
            }

            delay = TimeSpan.FromTicks(Math.Clamp(time.GetElapsedTime(started).Ticks * Rest, options.Interval.Ticks, Math.Max(options.Interval.Ticks, options.Lease.Ticks / 3)));
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            held ??= new HeldSlot(store, self, await claims.MakeAsync(cancellationToken).ConfigureAwait(false), []);
            if (!await WriteAsync([], cancellationToken).ConfigureAwait(false))
            {
                phase = StateKeeperPhase.Lost;
                failure = "Another process has taken over the state of this one, which keeps none any more. Restart it.";
                logger.SlotLost(options.Namespace, options.Lease);
                return;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            failure = $"The state could not be kept in '{options.Namespace}': {exception.Message}";
            throw;
        }

        if (failure is not null)
        {
            failure = null;
            logger.StateKeptAgain(options.Namespace);
        }
    }

    private async Task<bool> WriteAsync(IReadOnlyList<TakenSlot> absorbed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var states = participants.Capture().Where(state => takeover.Keeps(state.Name)).ToArray();
        if (!await held!.SaveAsync(states, participants.Origins, now, absorbed, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        Volatile.Write(ref savedAt, now.UtcTicks);
        return true;
    }
}
