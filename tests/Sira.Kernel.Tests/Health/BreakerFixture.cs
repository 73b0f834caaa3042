using Sira.Kernel.Health;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Health;

/// <summary>A breaker in virtual time, without jitter unless asked for, that notes its state changes.</summary>
internal sealed class BreakerFixture
{
    public static readonly CircuitBreakerOptions Exact = new() { Jitter = 0, MaximumBreakDuration = TimeSpan.FromMinutes(5) };

    public BreakerFixture(CircuitBreakerOptions? options = null, int seed = 1)
    {
        Breaker = new CircuitBreaker(options ?? Exact, Time, new SeededRandomSource(seed));
        Breaker.StateChanged += (_, change) => Changes.Add(change);
    }

    public VirtualTimeProvider Time { get; } = new();

    public CircuitBreaker Breaker { get; }

    public List<CircuitStateChangedEventArgs> Changes { get; } = [];

    public CircuitPermit Enter()
    {
        Assert.True(Breaker.TryEnter(out var permit));
        return permit;
    }

    public void Call(CircuitOutcome outcome, TimeSpan? retryAfter = null) => Breaker.Record(Enter(), outcome, retryAfter);

    public void Calls(int count, CircuitOutcome outcome)
    {
        for (var i = 0; i < count; i++)
        {
            Call(outcome);
        }
    }

    /// <summary>Opens a closed breaker by failures in a row.</summary>
    public void Trip() => Calls(Breaker.Options.ConsecutiveFailures, CircuitOutcome.Failure);

    public void Seconds(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));
}
