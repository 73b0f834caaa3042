using BenchmarkDotNet.Attributes;
using Sira.Kernel.Balancing;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Benchmarks.Kernel;

/// <summary>What the default balancer's pick costs.</summary>
public class BalancerBenchmarks
{
    private readonly ILoadBalancer balancer = LoadBalancers.CreateDefaults().Single(static balancer => balancer.Name == LoadBalancers.PowerOfTwoChoices);
    private readonly BalancingContext context = new(SystemRandomSource.Instance);
    private Endpoint[] endpoints = [];
    private int[] candidates = [];

    [Params(2, 16, 256)]
    public int Candidates { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        endpoints = [.. Enumerable.Range(0, Candidates).Select(static number => new Endpoint(
            new EndpointDefinition($"endpoint{number}"),
            new CircuitBreaker(CircuitBreakerOptions.Default, TimeProvider.System, SystemRandomSource.Instance),
            new EndpointLoad(TimeProvider.System)))];
        candidates = [.. Enumerable.Range(0, Candidates)];
        foreach (var endpoint in endpoints)
        {
            endpoint.Load.Record(TimeSpan.FromMilliseconds(200));
        }
    }

    [Benchmark]
    public int PowerOfTwoChoices() => balancer.Pick(endpoints, candidates, context);
}
