using BenchmarkDotNet.Attributes;

namespace Sira.Benchmarks.Kernel;

/// <summary>What it costs to end a call, pick who is served next of a thousand tenants that all wait, and let that tenant wait again; beside the same with strict order, and beside the raw floor of a heap.</summary>
public class FairPickBenchmarks
{
    private readonly PriorityQueue<int, double> heap = new();
    private FairLine strict = null!;
    private FairLine tokens = null!;
    private FairLine dominant = null!;

    [GlobalSetup]
    public void SetUp()
    {
        strict = FairLine.Strict(waitsAgain: true);
        tokens = FairLine.TokenCounter(waitsAgain: true);
        dominant = FairLine.DominantShare(waitsAgain: true);
        for (var tenant = 0; tenant < FairLine.Tenants; tenant++)
        {
            heap.Enqueue(tenant, tenant);
        }
    }

    [Benchmark(Baseline = true)]
    public int HeapAlone()
    {
        heap.TryDequeue(out var tenant, out var share);
        heap.Enqueue(tenant, share + 1 + tenant);
        return tenant;
    }

    [Benchmark]
    public void StrictOrder() => strict.Next();

    [Benchmark]
    public void TokenCounter() => tokens.Next();

    [Benchmark]
    public void DominantShare() => dominant.Next();
}
