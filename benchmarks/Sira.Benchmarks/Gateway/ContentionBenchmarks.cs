using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;

namespace Sira.Benchmarks.Gateway;

/// <summary>64 callers at the same time, on as many threads as the pool has; the time is that of all their calls divided by their number, so its inverse is the throughput.</summary>
public class ContentionBenchmarks : IDisposable
{
    private const int Callers = 64;
    private const int CallsEach = 64;

    private readonly TenantSubjects subjects = new(LeafMode.Yielding);

    [GlobalCleanup]
    public void Dispose() => subjects.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Callers * CallsEach)]
    public Task Bare() => AskAllAsync(subjects.Bare);

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public Task EmptyLayers() => AskAllAsync(subjects.Layers);

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public Task Polly() => AskAllAsync(subjects.Polly);

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public Task SiraWithoutCache() => AskAllAsync(subjects.Uncached);

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public Task SiraCacheMiss() => AskAllAsync(subjects.Cached);

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public Task SiraCacheMissLimitsHedging() => AskAllAsync(subjects.Limited);

    private Task AskAllAsync(IChatClient client)
    {
        var callers = new Task[Callers];
        for (var i = 0; i < callers.Length; i++)
        {
            callers[i] = AskManyAsync(client);
        }

        return Task.WhenAll(callers);
    }

    private async Task AskManyAsync(IChatClient client)
    {
        for (var i = 0; i < CallsEach; i++)
        {
            await subjects.AskNewAsync(client).ConfigureAwait(false);
        }
    }
}
