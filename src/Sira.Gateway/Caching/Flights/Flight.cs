using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Sira.Gateway.Caching.Storage;

namespace Sira.Gateway.Caching.Flights;

/// <summary>One request that was not found at once: looked up where it takes longer, then sent to a model, once for all who ask the same meanwhile.</summary>
/// <remarks>
/// The one who began it leads and is handed the model's own answer; the others follow, and get what was stored. Nobody owns the work: it goes on in steps, and whoever waits takes the next one,
/// so that a leader who reads its stream slowly, or leaves, holds up nobody. It is cancelled when the last one leaves. Steps never throw, and continue on the thread that completes them.
/// </remarks>
internal sealed class Flight(ResponseCache cache, IChatClient inner, FlightRequest request) : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Queue<ChatResponseUpdate>? undelivered = request.IsStreaming ? new() : null;
    private readonly AnswerRecorder? recorder = request is { IsStreaming: true, MayStore: true } ? new AnswerRecorder(cache.Options.MaxEntryBytes) : null;
    private IAsyncEnumerator<ChatResponseUpdate>? source;

    // One for each who waits: of several who await one task, the runtime sends all but one to the thread pool.
    private List<TaskCompletionSource>? waiters;
    private FlightLookup lookup;
    private int waiting = 1;
    private bool isStepping;
    private bool isAbandoned;
    private bool hasLeader = true;
    private bool hasLookedUp = !request.MayRead;
    private volatile bool hasEnded;

    public FlightRequest Request => request;

    /// <summary>Gets whether it is over. What follows is settled by then.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>Gets whether the answer may turn out to be one that others can be given.</summary>
    public bool IsShared { get; private set; } = request.MayStore;

    /// <summary>Gets what was found, or stored; <see langword="null"/> when there is nothing to share.</summary>
    public CacheEntry? Entry { get; private set; }

    /// <summary>Gets whether <see cref="Entry"/> was there and no model was asked.</summary>
    public bool WasFound => lookup.Entry is not null;

    /// <summary>Gets how similar the question of what was found is, where it is that of another.</summary>
    public double? Similarity => lookup.Similarity;

    /// <summary>Gets an answer that had expired.</summary>
    public CacheEntry? Expired => lookup.Expired;

    /// <summary>Gets the model's own answer, for the leader of a call that does not stream.</summary>
    public ChatResponse? Response { get; private set; }

    /// <summary>Gets the model's last update, for the leader of a stream.</summary>
    public ChatResponseUpdate? Last { get; private set; }

    public Exception? Failure { get; private set; }

    /// <summary>Joins as a follower.</summary>
    /// <returns>Whether it was not too late.</returns>
    public bool TryJoin()
    {
        lock (gate)
        {
            if (HasEnded || isAbandoned || !IsShared)
            {
                return false;
            }

            waiting++;
            return true;
        }
    }

    /// <summary>Waits until the flight is a step further, taking the step if nobody does.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled; the flight goes on for the others.</exception>
    /// <param name="left">How long the waiter has time, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="clock">The clock of that time.</param>
    /// <param name="cancellationToken">Ends the waiter's own wait.</param>
    /// <exception cref="TimeoutException">The waiter's time is up.</exception>
    public async ValueTask AdvanceAsync(TimeSpan left, TimeProvider clock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryBeginStep())
        {
            _ = StepAsync();
        }

        if (WaitForStep() is { } step)
        {
            await step.WaitAsync(left, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the next update of the leader's stream.</summary>
    public bool TryTake([MaybeNullWhen(false)] out ChatResponseUpdate update)
    {
        lock (gate)
        {
            update = null;
            return undelivered is not null && undelivered.TryDequeue(out update);
        }
    }

    /// <summary>Leaves. The last one to leave ends what is still under way, and returns when that has ended.</summary>
    public async ValueTask LeaveAsync(bool leads)
    {
        lock (gate)
        {
            if (leads)
            {
                hasLeader = false;
                undelivered?.Clear();
            }

            if (--waiting > 0)
            {
                return;
            }

            isAbandoned = !HasEnded;
        }

        if (isAbandoned)
        {
            cache.Flights.Remove(this);
            Cancel();
            while (WaitForStep() is { } step)
            {
                await step.ConfigureAwait(false);
            }

            await CloseAsync().ConfigureAwait(false);
        }

        Dispose();
    }

    public void Dispose() => ending.Dispose();

    private bool TryBeginStep()
    {
        lock (gate)
        {
            return !HasEnded && !isStepping && (isStepping = true);
        }
    }

    private Task? WaitForStep()
    {
        lock (gate)
        {
            if (!isStepping)
            {
                return null;
            }

            var waiter = new TaskCompletionSource();
            (waiters ??= []).Add(waiter);
            return waiter.Task;
        }
    }

    private async Task StepAsync()
    {
        try
        {
            // The last one may have left between two steps.
            ending.Token.ThrowIfCancellationRequested();
            if (!hasLookedUp)
            {
                await LookUpAsync().ConfigureAwait(false);
            }
            else if (request.IsStreaming)
            {
                await ReceiveAsync().ConfigureAwait(false);
            }
            else
            {
                await CallAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            await CloseAsync().ConfigureAwait(false);
            End(null, exception);
        }

        List<TaskCompletionSource> woken;
        lock (gate)
        {
            isStepping = false;
            if (waiters is null)
            {
                return;
            }

            (woken, waiters) = (waiters, null);
        }

        foreach (var waiter in woken)
        {
            waiter.TrySetResult();
        }
    }

    private async ValueTask LookUpAsync()
    {
        lookup = await cache.FindAsync(request.Key, request.Request, request.MayStore, ending.Token).ConfigureAwait(false);
        hasLookedUp = true;
        if (lookup.Entry is not null)
        {
            End(lookup.Entry, null);
        }
    }

    private async ValueTask CallAsync()
    {
        Response = await inner.GetResponseAsync(request.Messages, request.Options, ending.Token).ConfigureAwait(false);
        await StoreAsync(Response).ConfigureAwait(false);
    }

    private async ValueTask ReceiveAsync()
    {
        source ??= inner.GetStreamingResponseAsync(request.Messages, request.Options, ending.Token).GetAsyncEnumerator(ending.Token);
        if (!await source.MoveNextAsync().ConfigureAwait(false))
        {
            await CloseAsync().ConfigureAwait(false);
            await StoreAsync(recorder?.ToResponse()).ConfigureAwait(false);
            return;
        }

        var update = source.Current;

        // Before the consumer gets it, and may change it.
        recorder?.Add(update);
        lock (gate)
        {
            Last = update;
            IsShared &= recorder is { IsStorable: true };
            if (hasLeader)
            {
                undelivered!.Enqueue(update);
            }
        }
    }

    private async ValueTask StoreAsync(ChatResponse? response) =>
        End(request.MayStore ? await cache.StoreAsync(request.Key, response, lookup.Asked, ending.Token).ConfigureAwait(false) : null, null);

    private void End(CacheEntry? entry, Exception? failure)
    {
        lock (gate)
        {
            (Entry, Failure, IsShared) = (entry, failure, entry is not null || failure is not null);
            hasEnded = true;
        }

        cache.Flights.Remove(this);
    }

    private void Cancel()
    {
        try
        {
            ending.Cancel();
        }
        catch (AggregateException exception)
        {
            // A callback that was put on the token threw: what it belongs to is ended all the same.
            cache.Logger.StreamDisposeFailed(exception);
        }
    }

    private async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref source, null) is not { } closing)
        {
            return;
        }

        try
        {
            await closing.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            cache.Logger.StreamDisposeFailed(exception);
        }
    }
}
