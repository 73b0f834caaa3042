using BenchmarkDotNet.Attributes;
using Sira.Kernel.Balancing;
using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Benchmarks.Kernel;

/// <summary>What the default balancer's pick costs, and a whole selection by it.</summary>
public class BalancerBenchmarks
{
    private readonly ILoadBalancer balancer = LoadBalancers.CreateDefaults().Single(static balancer => balancer.Name == LoadBalancers.PowerOfTwoChoices);
    private readonly BalancingContext context = new(SystemRandomSource.Instance);
    private Endpoint[] endpoints = [];
    private int[] candidates = [];
    private EndpointSelector selector = null!;

    [Params(2, 16, 256, 1000)]
    public int Candidates { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var registry = new ServiceRegistry(TimeProvider.System, SystemRandomSource.Instance);
        endpoints = [.. registry.Update("benchmark", [.. Enumerable.Range(0, Candidates).Select(static number => new EndpointDefinition($"endpoint{number}"))], CircuitBreakerOptions.Default).Endpoints];
        selector = new EndpointSelector(registry, "benchmark", balancer, SystemRandomSource.Instance);
        candidates = [.. Enumerable.Range(0, Candidates)];
        foreach (var endpoint in endpoints)
        {
            endpoint.Load.Record(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>What cannot be saved: two random endpoints, and the load of both.</summary>
    [Benchmark(Baseline = true)]
    public int Floor()
    {
        var first = candidates[SystemRandomSource.Instance.Next(candidates.Length)];
        var second = candidates[SystemRandomSource.Instance.Next(candidates.Length)];
        return endpoints[first].Load.InFlight <= endpoints[second].Load.InFlight ? first : second;
    }

    /// <summary>Filter, level, balancer, breaker and load, from beginning to end of a call.</summary>
    [Benchmark]
    public bool SelectAndComplete()
    {
        var selected = selector.TrySelect(out var call);
        call.Complete(CircuitOutcome.Success);
        return selected;
    }

    [Benchmark]
    public int PowerOfTwoChoices() => balancer.Pick(endpoints, candidates, context);
}
