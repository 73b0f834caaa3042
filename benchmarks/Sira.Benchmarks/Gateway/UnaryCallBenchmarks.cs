using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;

namespace Sira.Benchmarks.Gateway;

/// <summary>What a unary call costs through each of them. The leaf's own cost is the baseline and in every row.</summary>
public class UnaryCallBenchmarks : IDisposable
{
    private Subjects subjects = null!;

    [ParamsAllValues]
    public UnaryScenario Scenario { get; set; }

    [GlobalSetup]
    public void SetUp() => subjects = new Subjects(Scenario == UnaryScenario.Suspended ? LeafMode.Suspended : LeafMode.Ready, isListening: Scenario == UnaryScenario.ReadyListening);

    [GlobalCleanup]
    public void Dispose() => subjects.Dispose();

    [Benchmark(Baseline = true)]
    public Task<ChatResponse> Bare() => subjects.AskAsync(subjects.Bare);

    [Benchmark]
    public Task<ChatResponse> EmptyLayers() => subjects.AskAsync(subjects.Layers);

    [Benchmark]
    public Task<ChatResponse> Polly() => subjects.AskAsync(subjects.Polly);

    [Benchmark]
    public Task<ChatResponse> SiraOneTarget() => subjects.AskAsync(subjects.OneTarget);

    [Benchmark]
    public Task<ChatResponse> SiraLoaded() => subjects.AskAsync(subjects.Loaded);
}
