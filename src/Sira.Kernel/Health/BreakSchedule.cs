using Sira.Kernel.Time;

namespace Sira.Kernel.Health;

/// <summary>How long the next break lasts: the n-th break in a row n times as long as the first, up to a maximum, at least as long as the endpoint asked for, spread by jitter.</summary>
/// <remarks>
/// A row of breaks ends when the breaker has stayed closed for the longer of <see cref="CircuitBreakerOptions.SlowStart"/> and
/// <see cref="CircuitBreakerOptions.SamplingDuration"/>: one good probe alone proves little, and an endpoint that flaps must not restart at the shortest break.
/// Not thread-safe; the breaker calls it under its lock.
/// </remarks>
internal sealed class BreakSchedule(IRandomSource random)
{
    private int row;

    /// <summary>Gets how long the next break lasts because the breaker's own rules ask for it, and counts it into the row.</summary>
    /// <param name="options">The durations.</param>
    /// <param name="closedFor">How long the breaker has been closed; zero for a failed probe.</param>
    /// <param name="retryAfter">How long the endpoint asked to be left alone.</param>
    /// <returns>The length, jitter included.</returns>
    public TimeSpan Escalate(CircuitBreakerOptions options, TimeSpan closedFor, TimeSpan retryAfter)
    {
        EndRow(options, closedFor);
        row = row == int.MaxValue ? row : row + 1;
        var longest = Math.Max(options.BreakDuration.Ticks, options.MaximumBreakDuration.Ticks);
        var scheduled = Math.Min((double)row * options.BreakDuration.Ticks, longest);
        return Spread(options, TimeSpan.FromTicks(Math.Max((long)scheduled, retryAfter.Ticks)));
    }

    /// <summary>Gets how long the next break lasts that the endpoint alone asked for. It is not counted into the row, but the row before it may have ended.</summary>
    /// <param name="options">The durations.</param>
    /// <param name="closedFor">How long the breaker has been closed.</param>
    /// <param name="retryAfter">How long the endpoint asked to be left alone.</param>
    /// <returns>The length, jitter included.</returns>
    public TimeSpan Honour(CircuitBreakerOptions options, TimeSpan closedFor, TimeSpan retryAfter)
    {
        EndRow(options, closedFor);
        return Spread(options, retryAfter);
    }

    /// <summary>Adds jitter to a break. The cap on escalation also caps the jitter, so that a wait of hours asked for by a provider is spread by seconds.</summary>
    /// <param name="options">The jitter.</param>
    /// <param name="length">The length without jitter.</param>
    /// <returns>The length with it, never shorter.</returns>
    public TimeSpan Spread(CircuitBreakerOptions options, TimeSpan length)
    {
        var most = options.Jitter * Math.Min(length.Ticks, Math.Max(options.BreakDuration.Ticks, options.MaximumBreakDuration.Ticks));
        var added = most > 0 ? (long)(random.NextDouble() * most) : 0;
        return TimeSpan.FromTicks(MonotonicClock.Add(length.Ticks, added));
    }

    private void EndRow(CircuitBreakerOptions options, TimeSpan closedFor)
    {
        if (closedFor >= options.SlowStart && closedFor >= options.SamplingDuration)
        {
            row = 0;
        }
    }
}
