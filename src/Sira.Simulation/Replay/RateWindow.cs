namespace Sira.Simulation.Replay;

/// <summary>A provider's own limits: requests and tokens of the last minute, and requests at once.</summary>
internal sealed class RateWindow(SimulatedBackendOptions options, TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private readonly Queue<(DateTimeOffset At, int Tokens)> taken = new();
    private long tokens;

    /// <summary>Takes a request, or tells how long to wait.</summary>
    public TimeSpan? Refuse(int size, int inFlight)
    {
        var now = time.GetUtcNow();
        while (taken.TryPeek(out var oldest) && oldest.At + Length <= now)
        {
            tokens -= taken.Dequeue().Tokens;
        }

        if (inFlight > options.MaximumConcurrency)
        {
            return TimeSpan.FromSeconds(1);
        }

        // One request that is larger than the limit is taken when nothing else was, or it could never be.
        if (taken.Count >= options.RequestsPerMinute || (taken.Count > 0 && tokens + size > options.TokensPerMinute))
        {
            return taken.Peek().At + Length - now;
        }

        taken.Enqueue((now, size));
        tokens += size;
        return null;
    }
}
