using Sira.Kernel.Balancing;
using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Balancing.Selection;

/// <summary>A service <c>tools</c> in virtual time, and what selectors choose in it.</summary>
internal sealed class SelectorFixture
{
    public SelectorFixture(params EndpointDefinition[] definitions)
    {
        Registry = new ServiceRegistry(Time, Random);
        Registry.Update("tools", definitions, CircuitBreakerOptions.Default with { Jitter = 0 });
    }

    public VirtualTimeProvider Time { get; } = new();

    public SeededRandomSource Random { get; } = new(20261122);

    public ServiceRegistry Registry { get; }

    public Endpoint this[string id] => Registry.GetSnapshot("tools").Endpoints.Single(endpoint => endpoint.Id == id);

    public static EndpointDefinition[] Level(int priority, int count, string prefix = "p", Locality? locality = null) =>
        [.. Enumerable.Range(0, count).Select(i => new EndpointDefinition($"{prefix}{priority}-{i}") { Priority = priority, Locality = locality })];

    public EndpointSelector Select(EndpointSelectorOptions? options = null, string balancer = LoadBalancers.Weighted) =>
        new(Registry, "tools", LoadBalancerContractTests.Create(balancer), Random, options);

    /// <summary>Selects many times, the calls succeeding at once, and returns each endpoint's share.</summary>
    public Dictionary<string, double> Shares(EndpointSelector selector, int calls = 4000)
    {
        var counts = new Dictionary<string, double>();
        for (var i = 0; i < calls; i++)
        {
            Assert.True(selector.TrySelect(out var call));
            counts[call.Endpoint.Id] = counts.GetValueOrDefault(call.Endpoint.Id) + (1d / calls);
            call.Complete(CircuitOutcome.Success);
        }

        Assert.All(Registry.GetSnapshot("tools").Endpoints, endpoint => Assert.Equal(0, endpoint.Load.InFlight));
        return counts;
    }

    /// <summary>Opens breakers for ten seconds.</summary>
    public void Break(params string[] ids)
    {
        foreach (var id in ids)
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.True(this[id].Breaker.TryEnter(out var permit));
                this[id].Breaker.Record(permit, CircuitOutcome.Failure);
            }
        }
    }
}
