namespace Sira.Kernel.Contributions;

/// <summary>Counts the calls into what one contributor contributed: how many, how long, how much they allocated, how many threw, how many are under way.</summary>
/// <remarks>Thread-safe and lock-free. Time is real time, since it is the cost of foreign code that is measured. Allocations are those of calls that end on the thread on which they began.</remarks>
public sealed class ContributorCalls
{
    private readonly string id;
    private long count;
    private long faults;
    private long ticks;
    private long allocated;
    private int inFlight;
    private int closed;
    private TaskCompletionSource? idle;

    internal ContributorCalls(string id) => this.id = id;

    /// <summary>Gets the calls that have ended.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>Gets the calls that threw, cancellations apart.</summary>
    public long Faults => Volatile.Read(ref faults);

    /// <summary>Gets the time that the calls took in all.</summary>
    public TimeSpan Duration => new(Volatile.Read(ref ticks));

    /// <summary>Gets the bytes that the calls allocated, as far as that can be told.</summary>
    public long AllocatedBytes => Volatile.Read(ref allocated);

    /// <summary>Gets the calls that are under way.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    internal bool IsClosed => Volatile.Read(ref closed) != 0;

    /// <summary>Waits until no call is under way. New ones may begin until the contributor is revoked.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        while (InFlight > 0)
        {
            var waiting = new TaskCompletionSource();
            waiting = Interlocked.CompareExchange(ref idle, waiting, null) ?? waiting;
            if (InFlight == 0)
            {
                return;
            }

            await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal bool TryEnter()
    {
        // Counted before it is looked whether it is closed: either this sees the closing, or who closed sees this.
        Interlocked.Increment(ref inFlight);
        if (!IsClosed)
        {
            return true;
        }

        Leave();
        return false;
    }

    internal void Exit(TimeSpan duration, long bytes)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref ticks, duration.Ticks);
        Interlocked.Add(ref allocated, bytes);
        ContributionMetrics.Ended(id, duration, bytes);
        Leave();
    }

    internal void Fail(Exception exception)
    {
        if (exception is not OperationCanceledException)
        {
            Interlocked.Increment(ref faults);
            ContributionMetrics.Failed(id, exception);
        }
    }

    internal void Close() => Volatile.Write(ref closed, 1);

    internal void Leave()
    {
        if (Interlocked.Decrement(ref inFlight) == 0)
        {
            Interlocked.Exchange(ref idle, null)?.TrySetResult();
        }
    }
}
