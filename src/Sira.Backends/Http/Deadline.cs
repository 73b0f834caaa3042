namespace Sira.Backends.Http;

/// <summary>A caller's cancellation joined by a time limit, able to tell which of the two it was.</summary>
internal sealed class Deadline : IAsyncDisposable
{
    // The longest that a timer takes, about 49 days; nobody waits that long for headers.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1d);

    private readonly CancellationTokenSource source;
    private readonly ITimer timer;
    private volatile bool expired;

    public Deadline(TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer = time.CreateTimer(static state => ((Deadline)state!).Expire(), this, limit > Longest ? Longest : limit > TimeSpan.Zero ? limit : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    /// <summary>Gets whether the time limit has passed.</summary>
    public bool Expired => expired;

    /// <summary>Starts a deadline where there is a limit.</summary>
    public static Deadline? Start(TimeProvider time, TimeSpan? limit, CancellationToken cancellationToken) =>
        limit is { } span && span != Timeout.InfiniteTimeSpan ? new Deadline(time, span, cancellationToken) : null;

    public async ValueTask DisposeAsync()
    {
        // The timer first: its callback must not cancel a disposed source.
        await timer.DisposeAsync().ConfigureAwait(false);
        source.Dispose();
    }

    private void Expire()
    {
        expired = true;
        source.Cancel();
    }
}
