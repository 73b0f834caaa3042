using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Admission.Fairness;

public sealed class DominantResourceFairnessTests
{
    [Fact]
    public void ReserveAsync_ExampleOfThePaper_DividesAsThePaperSays()
    {
        // NSDI 2011, section 4.1: 9 CPUs and 18 GB; A needs 1 and 4, B needs 3 and 1; A gets 3 tasks and B 2.
        var tasks = Saturate([9, 18], [[1, 4], [3, 1]], [1, 1]);

        Assert.Equal([3, 2], tasks);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ReserveAsync_RandomDemands_SharesAreWithinTwoPercentOfProgressiveFilling(int seed)
    {
        var random = new SeededRandomSource(seed);
        long[] capacities = [.. Enumerable.Range(0, 3).Select(_ => 20_000L + random.Next(20_000))];
        long[][] demands = [.. Enumerable.Range(0, 6).Select(_ => (long[])[1 + random.Next(9), 1 + random.Next(9), 1 + random.Next(9)])];
        double[] weights = [.. Enumerable.Range(0, 6).Select(_ => 1.0 + random.Next(3))];

        var tasks = Saturate(capacities, demands, weights);

        // All have an endless backlog and need all resources, so that all stop together when the first is full.
        var rates = demands.Select((demand, tenant) => weights[tenant] / demand.Select((amount, i) => amount / (double)capacities[i]).Max()).ToArray();
        var full = capacities.Select((capacity, i) => capacity / demands.Select((demand, tenant) => rates[tenant] * demand[i]).Sum()).Min();
        for (var tenant = 0; tenant < demands.Length; tenant++)
        {
            Assert.InRange(tasks[tenant] / (rates[tenant] * full), 0.98, 1.02);
        }
    }

    [Fact]
    public async Task Share_AfterTheEnd_IsWhatItWasBefore()
    {
        var slots = new ConcurrencyPool("slots", 4);
        var share = new FairShare(new DominantResourceFairness(slots));
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, new VirtualTimeProvider(), share);
        var first = (await new ResourceScheduler().ReserveAsync([new(slots, 1)], queue, new QueueEntry(Tenant: "a"))).Reservation!;
        var second = (await new ResourceScheduler().ReserveAsync([new(slots, 2)], queue, new QueueEntry(Tenant: "a", Weight: 3))).Reservation!;
        Assert.Equal(0.25, share.ShareOf("a"));

        first.Settle([1]);
        second.Release();

        Assert.Equal(0, share.ShareOf("a"));
    }

    // Lets tenants with an endless backlog take tasks until nothing fits, and returns how many each runs.
    private static int[] Saturate(long[] capacities, long[][] demands, double[] weights)
    {
        ConcurrencyPool[] pools = [.. capacities.Select(static (capacity, i) => new ConcurrencyPool($"resource {i}", capacity))];
        var gate = new ConcurrencyPool("gate", 1);
        var share = new FairShare(new DominantResourceFairness(pools));
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 1_000_000, MaximumWait = TimeSpan.FromDays(1) }, new VirtualTimeProvider(), share);
        var scheduler = new ResourceScheduler();
        var tasks = new int[demands.Length];
        scheduler.TryReserve([new(gate, 1)], out var closed, out _);
        for (var tenant = 0; tenant < demands.Length; tenant++)
        {
            Next(tenant);
        }

        closed.Release();
        return tasks;

        // One task at a time comes through the gate. It is opened for the next only when the tenant's next waits already, so that all take turns.
        async void Next(int tenant)
        {
            ResourceRequest[] requests = [new(gate, 1), .. pools.Select((pool, i) => new ResourceRequest(pool, demands[tenant][i]))];
            await scheduler.ReserveAsync(requests, queue, new QueueEntry(Tenant: $"{tenant}", Weight: weights[tenant])).ConfigureAwait(false);
            tasks[tenant]++;
            Next(tenant);
            gate.ChangeLimit(gate.Used + 1);
        }
    }
}
