namespace Sira.Gateway.Attempts;

/// <summary>Counts calls under way, and lets no new ones begin once they are drained.</summary>
internal sealed class CallsInFlight
{
    private int count;
    private TaskCompletionSource? idle;

    public int Count => Volatile.Read(ref count);

    public bool IsDraining => Volatile.Read(ref idle) is not null;

    /// <summary>Notes that a call begins.</summary>
    /// <param name="isNew">Whether its request begins with it; one that has begun may finish.</param>
    /// <returns>Whether it may begin; then <see cref="Exit"/> once.</returns>
    public bool TryEnter(bool isNew)
    {
        // Counted before it is looked whether they are drained: either the one sees the other, or the other the one.
        Interlocked.Increment(ref count);
        if (isNew && IsDraining)
        {
            Exit();
            return false;
        }

        return true;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref count) == 0)
        {
            Volatile.Read(ref idle)?.TrySetResult();
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
}
