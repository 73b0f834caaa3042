using Sira.Kernel.Balancing;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry;

/// <summary>Endpoints <c>e0</c>, <c>e1</c> … of given weights in virtual time, all of them candidates, and seeded randomness.</summary>
internal sealed class TestEndpoints
{
    public TestEndpoints(params double[] weights)
    {
        Items = [.. weights.Select((weight, i) => new Endpoint(
            new EndpointDefinition($"e{i}") { Weight = weight },
            new CircuitBreaker(CircuitBreakerOptions.Default with { Jitter = 0 }, Time, Random),
            new EndpointLoad(Time)))];
        Candidates = [.. Enumerable.Range(0, weights.Length)];
    }

    public static TestEndpoints Equal(int count) => new([.. Enumerable.Repeat(1d, count)]);

    public VirtualTimeProvider Time { get; } = new();

    public SeededRandomSource Random { get; } = new(20260101);

    public Endpoint[] Items { get; }

    public int[] Candidates { get; set; }

    public Endpoint this[int index] => Items[index];

    /// <summary>Picks once and returns the index of the endpoint.</summary>
    public int Pick(ILoadBalancer balancer, ulong key = 0)
    {
        var position = balancer.Pick(Items, Candidates, new BalancingContext(Random, key));
        Assert.InRange(position, 0, Candidates.Length - 1);
        return Candidates[position];
    }

    /// <summary>Picks many times, the calls ending at once, and returns how often each endpoint came.</summary>
    public int[] Count(ILoadBalancer balancer, int picks)
    {
        var counts = new int[Items.Length];
        for (var i = 0; i < picks; i++)
        {
            counts[Pick(balancer)]++;
        }

        return counts;
    }

    /// <summary>Records the same latency for all.</summary>
    public TestEndpoints WithLatency(double seconds)
    {
        Assert.All(Items, endpoint => endpoint.Load.Record(TimeSpan.FromSeconds(seconds)));
        return this;
    }

    /// <summary>Opens a breaker for ten seconds.</summary>
    public TestEndpoints Break(int index)
    {
        for (var i = 0; i < 5; i++)
        {
            Record(index, CircuitOutcome.Failure);
        }

        Assert.Equal(CircuitState.Open, Items[index].Breaker.State);
        return this;
    }

    /// <summary>Closes the breaker after its break, so that slow start begins.</summary>
    public TestEndpoints Recover(int index)
    {
        Time.Advance(Items[index].Breaker.RemainingBreak);
        Record(index, CircuitOutcome.Success);
        Assert.Equal(0.2, Items[index].Breaker.HealthFactor, 6);
        return this;
    }

    private void Record(int index, CircuitOutcome outcome)
    {
        Assert.True(Items[index].Breaker.TryEnter(out var permit));
        Items[index].Breaker.Record(permit, outcome);
    }
}
