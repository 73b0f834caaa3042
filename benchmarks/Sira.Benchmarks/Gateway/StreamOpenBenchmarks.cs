using BenchmarkDotNet.Attributes;
using Sira.Benchmarks.Support;

namespace Sira.Benchmarks.Gateway;

/// <summary>What it costs to open, commit, settle and close a stream, which here has a single update.</summary>
public class StreamOpenBenchmarks : IDisposable
{
    private readonly Subjects subjects = new(LeafMode.Ready);

    [GlobalCleanup]
    public void Dispose() => subjects.Dispose();

    [Benchmark(Baseline = true)]
    public Task<int> Bare() => subjects.StreamAsync(subjects.Bare);

    [Benchmark]
    public Task<int> EmptyLayers() => subjects.StreamAsync(subjects.Layers);

    [Benchmark]
    public Task<int> Polly() => subjects.StreamAsync(subjects.Polly);

    [Benchmark]
    public Task<int> SiraOneTarget() => subjects.StreamAsync(subjects.OneTarget);

    [Benchmark]
    public Task<int> SiraLoaded() => subjects.StreamAsync(subjects.Loaded);
}
