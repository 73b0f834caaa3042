using BenchmarkDotNet.Attributes;
using Sira.Benchmarks.Support;

namespace Sira.Benchmarks.Gateway;

/// <summary>What one chunk of a stream costs through each of them: a stream of 1000 divided by 1000, so that opening it counts for a thousandth.</summary>
public class StreamChunkBenchmarks : IDisposable
{
    private const int Chunks = 1000;

    private Subjects subjects = null!;

    [ParamsAllValues]
    public StreamScenario Scenario { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var mode = Scenario switch
        {
            StreamScenario.Suspended => LeafMode.Suspended,
            StreamScenario.Yielding => LeafMode.Yielding,
            _ => LeafMode.Ready,
        };
        subjects = new Subjects(mode, Chunks, Scenario == StreamScenario.ReadyListening);
    }

    [GlobalCleanup]
    public void Dispose() => subjects.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Chunks)]
    public Task<int> Bare() => subjects.StreamAsync(subjects.Bare);

    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task<int> IteratorLayer() => subjects.StreamAsync(subjects.Iterator);

    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task<int> Polly() => subjects.StreamAsync(subjects.Polly);

    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task<int> SiraOneTarget() => subjects.StreamAsync(subjects.OneTarget);

    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task<int> SiraLoaded() => subjects.StreamAsync(subjects.Loaded);

    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task<int> SiraRecovering() => subjects.StreamAsync(subjects.Recovering);
}
