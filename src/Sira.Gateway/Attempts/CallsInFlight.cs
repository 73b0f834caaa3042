using System.Runtime.InteropServices;

namespace Sira.Gateway.Attempts;

/// <summary>Counts calls under way, lets no new ones begin once they are drained, and tells when those that had begun by some moment have ended.</summary>
/// <remarks>
/// A call enters before it reads the configuration. To know when nobody uses an older one any more, calls are counted in two lanes that take turns (as in sleepable read-copy-update, McKenney 2006):
/// the lane is switched and the one before is waited for. First the other one must be empty, because a call may have chosen its lane long before it entered it.
/// </remarks>
internal sealed class CallsInFlight
{
    /// <summary>The lane of a call that may not begin.</summary>
    public const int Refused = -1;

    private readonly Lane[] lanes = new Lane[2];
    private readonly Lock gate = new();
    private Task quiescing = Task.CompletedTask;
    private int current;
    private TaskCompletionSource? idle;

    public int Count => Volatile.Read(ref lanes[0].Count) + Volatile.Read(ref lanes[1].Count);

    public bool IsDraining => Volatile.Read(ref idle) is not null;

    /// <summary>Notes that a call begins. Read the configuration after this, not before.</summary>
    /// <param name="isNew">Whether its request begins with it; one that has begun may finish.</param>
    /// <returns>The lane, for <see cref="Exit"/>; <see cref="Refused"/> when it may not begin.</returns>
    public int Enter(bool isNew)
    {
        // Counted before it is looked whether they are drained: either the one sees the other, or the other the one.
        var lane = Volatile.Read(ref current);
        Interlocked.Increment(ref lanes[lane].Count);
        if (isNew && IsDraining)
        {
            Exit(lane);
            return Refused;
        }

        return lane;
    }

    /// <summary>Notes that a call has ended, or was refused.</summary>
    public void Exit(int lane)
    {
        if (lane != Refused && Interlocked.Decrement(ref lanes[lane].Count) == 0)
        {
            Interlocked.Exchange(ref lanes[lane].Empty, null)?.TrySetResult();
            if (Count == 0)
            {
                Volatile.Read(ref idle)?.TrySetResult();
            }
        }
    }

    /// <summary>Lets no new ones begin and waits until those under way have ended.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        Interlocked.CompareExchange(ref idle, new TaskCompletionSource(), null);
        if (Count == 0)
        {
            idle!.TrySetResult();
        }

        return idle!.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until those that are under way now have ended, while others begin.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task QuiesceAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return quiescing = QuiesceAsync(quiescing, cancellationToken);
        }
    }

    private async Task QuiesceAsync(Task previous, CancellationToken cancellationToken)
    {
        // One at a time: two would take turns at the lanes.
        await previous.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        var before = Volatile.Read(ref current);
        await EmptyAsync(1 - before, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref current, 1 - before);
        await EmptyAsync(before, cancellationToken).ConfigureAwait(false);
    }

    private async Task EmptyAsync(int lane, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref lanes[lane].Count) > 0)
        {
            var waiting = new TaskCompletionSource();
            Interlocked.Exchange(ref lanes[lane].Empty, waiting);
            if (Volatile.Read(ref lanes[lane].Count) > 0)
            {
                await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A cache line each: while one lane is being emptied the other is filled.
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Lane
    {
        public int Count;
        public TaskCompletionSource? Empty;
    }
}
