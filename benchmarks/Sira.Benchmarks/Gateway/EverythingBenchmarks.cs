using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;

namespace Sira.Benchmarks.Gateway;

/// <summary>What a unary call costs when everything is on, each call with a new question, a tenant and a user. Making those up is part of every row.</summary>
public class EverythingBenchmarks : IDisposable
{
    private TenantSubjects subjects = null!;

    [ParamsAllValues]
    public UnaryScenario Scenario { get; set; }

    [GlobalSetup]
    public void SetUp() => subjects = new TenantSubjects(Scenario == UnaryScenario.Suspended ? LeafMode.Suspended : LeafMode.Ready, isListening: Scenario == UnaryScenario.ReadyListening);

    [GlobalCleanup]
    public void Dispose() => subjects.Dispose();

    [Benchmark(Baseline = true)]
    public Task<ChatResponse> Bare() => subjects.AskNewAsync(subjects.Bare);

    [Benchmark]
    public Task<ChatResponse> EmptyLayers() => subjects.AskNewAsync(subjects.Layers);

    [Benchmark]
    public Task<ChatResponse> Polly() => subjects.AskNewAsync(subjects.Polly);

    [Benchmark]
    public Task<ChatResponse> SiraWithoutCache() => subjects.AskNewAsync(subjects.Uncached);

    [Benchmark]
    public Task<ChatResponse> SiraCacheMiss() => subjects.AskNewAsync(subjects.Cached);

    [Benchmark]
    public Task<ChatResponse> SiraCacheMissLimitsHedging() => subjects.AskNewAsync(subjects.Limited);

    [Benchmark]
    public Task<ChatResponse> SiraCacheHit() => subjects.AskAgainAsync(subjects.Cached);
}
