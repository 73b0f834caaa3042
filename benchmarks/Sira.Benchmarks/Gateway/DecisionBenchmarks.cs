using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;
using Sira.Decisions;
using Sira.Gateway.Clients;

namespace Sira.Benchmarks.Gateway;

/// <summary>What the decision alone costs: filter, rank by cost and balance, without a call.</summary>
public class DecisionBenchmarks : IDisposable
{
    private readonly ChatMessage[] messages = [new(ChatRole.User, "What is the capital of France?")];
    private BenchmarkGateway gateway = null!;
    private ISira sira = null!;

    [Params(4, 16, 256)]
    public int Targets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        gateway = BenchmarkGateway.ManyTargets(Targets);
        sira = gateway.Sira;
    }

    [GlobalCleanup]
    public void Dispose() => gateway.Dispose();

    [Benchmark]
    public RouteDecision Explain() => sira.Explain(messages);
}
