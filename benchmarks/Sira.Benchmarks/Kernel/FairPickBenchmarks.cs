using BenchmarkDotNet.Attributes;
using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;

namespace Sira.Benchmarks.Kernel;

/// <summary>What it costs to end a call, pick who is served next of a thousand tenants that all wait, and let that tenant wait again; beside the same with strict order, and beside the raw floor of a heap.</summary>
public class FairPickBenchmarks
{
    private const int Tenants = 1000;

    private readonly PriorityQueue<int, double> heap = new();
    private Line strict = null!;
    private Line tokens = null!;
    private Line dominant = null!;

    [GlobalSetup]
    public void SetUp()
    {
        strict = new Line(static _ => null);
        tokens = new Line(static _ => new FairShare(new VirtualTokenCounter()));
        dominant = new Line(static slots => new FairShare(new DominantResourceFairness(slots)));
        for (var tenant = 0; tenant < Tenants; tenant++)
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

    private sealed class Line
    {
        private readonly ResourceScheduler scheduler = new();
        private readonly TotalPool tokens = new("tokens", long.MaxValue, ResourceUnit.Tokens);
        private readonly ConcurrencyPool slots = new("slots", 1);
        private readonly string[] names = [.. Enumerable.Range(0, Tenants).Select(static tenant => $"tenant {tenant}")];
        private readonly AdmissionQueue queue;
        private Reservation running = Reservation.Empty;

        public Line(Func<ResourcePool, FairShare?> share)
        {
            queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 2 * Tenants, MaximumWait = TimeSpan.FromDays(1) }, TimeProvider.System, share(slots));
            for (var tenant = 0; tenant < Tenants; tenant++)
            {
                Wait(tenant);
            }
        }

        // Whoever is served waits again before it ends.
        public void Next() => running.Release();

        private async void Wait(int tenant)
        {
            var result = await scheduler.ReserveAsync([new(tokens, 1 + (tenant % 100)), new(slots, 1)], queue, new QueueEntry(Tenant: names[tenant])).ConfigureAwait(false);
            running = result.Reservation!;
            Wait(tenant);
        }
    }
}
