using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Gangs;
using Sira.Kernel.Tests.Admission;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Resources.Gangs;

public sealed class GangSchedulerTests
{
    private readonly AdmissionFixture fixture = new();

    [Theory]
    [InlineData(GangStrategy.Pack, "aabb")]
    [InlineData(GangStrategy.Spread, "abca")]
    public async Task ReserveAsync_LooseStrategies_PackOrSpread(GangStrategy strategy, string expected)
    {
        var (scheduler, _) = Nodes(2, 2, 2);

        var gang = await Ask(scheduler, strategy, 1, 1, 1, 1);

        Assert.Equal(expected, string.Concat(gang.Nodes.Select(static node => node.Name)));
    }

    [Fact]
    public async Task ReserveAsync_StrictPack_AllOnOneNodeOrNothing()
    {
        var (scheduler, slots) = Nodes(2, 4, 3);
        using (var gang = await Ask(scheduler, GangStrategy.StrictPack, 1, 2, 1))
        {
            Assert.Equal("bbb", string.Concat(gang.Nodes.Select(static node => node.Name)));
        }

        Assert.Equal(AdmissionRefusal.Impossible, (await Ask(scheduler, GangStrategy.StrictPack, 3, 2)).Result.Refusal);
        Assert.All(slots, static pool => Assert.Equal(0, pool.Used));
    }

    [Fact]
    public async Task ReserveAsync_StrictSpread_EachOnItsOwnOrNothing()
    {
        var (scheduler, _) = Nodes(1, 5, 2);
        using (var gang = await Ask(scheduler, GangStrategy.StrictSpread, 1, 2, 5))
        {
            Assert.Equal("acb", string.Concat(gang.Nodes.Select(static node => node.Name)));
        }

        Assert.Equal(AdmissionRefusal.Impossible, (await Ask(scheduler, GangStrategy.StrictSpread, 1, 1, 1, 1)).Result.Refusal);
    }

    [Fact]
    public void ReserveAsync_NoRoom_WaitsHoldingNothingUntilAllFits()
    {
        var (scheduler, slots) = Nodes(1, 1);
        var held = slots[0].MustTake(1);
        var heldToo = slots[1].MustTake(1);
        var gang = Ask(scheduler, GangStrategy.Spread, 1, 1);
        held.Release();
        Assert.False(gang.IsCompleted);
        Assert.Equal(0, slots[0].Used);

        // Those behind it do not take what it needs more of.
        var behind = fixture.Ask("behind", slots[0]);
        Assert.False(behind.IsCompleted);
        heldToo.Release();

        Assert.True(gang.IsCompletedSuccessfully);
        Assert.False(behind.IsCompleted);
        Ended(gang).Dispose();
        Granted(behind);
    }

    [Fact]
    public void ReserveAsync_TwoHalfGangs_DoNotBlockEachOther()
    {
        var (scheduler, slots) = Nodes(1, 1);
        var held = slots[0].MustTake(1);
        var heldToo = slots[1].MustTake(1);
        var one = Ask(scheduler, GangStrategy.StrictSpread, 1, 1);
        var other = Ask(scheduler, GangStrategy.StrictSpread, 1, 1);

        held.Release();
        heldToo.Release();

        Assert.True(one.IsCompletedSuccessfully);
        Assert.False(other.IsCompleted);
        Ended(one).Dispose();
        Assert.True(Ended(other).Result.IsGranted);
    }

    [Fact]
    public void ReserveAsync_TimedOut_StandsNowhere()
    {
        var (scheduler, slots) = Nodes(1, 1);
        slots[0].MustTake(1);
        var gang = Ask(scheduler, GangStrategy.StrictSpread, 1, 1);
        var behind = fixture.Ask("behind", slots[1]);
        Assert.False(behind.IsCompleted);

        fixture.Seconds(30);

        Assert.Equal(AdmissionRefusal.TimedOut, Ended(gang).Result.Refusal);
        Assert.Equal((0, 0), (fixture.Queue.Length, fixture.Time.ActiveTimers));
        slots[1].MustTake(slots[1].Available);
    }

    [Fact]
    public void ReserveAsync_MemoryFreesWhereSlotsWereFree_IsWoken()
    {
        var slots = new ConcurrencyPool("slots", 4);
        var memory = new ConcurrencyPool("memory", 10);
        var scheduler = new GangScheduler([new GangNode("a", new Dictionary<string, ResourcePool> { ["slots"] = slots, ["memory"] = memory })]);
        var held = memory.MustTake(1);
        var member = new Dictionary<string, long> { ["slots"] = 1, ["memory"] = 5 };
        var gang = scheduler.ReserveAsync(new GangRequest(GangStrategy.Pack, [member, member]), fixture.Queue).AsTask();
        Assert.False(gang.IsCompleted);

        held.Release();

        Assert.True(Ended(gang).Result.IsGranted);
        Assert.Equal((2L, 10L), (slots.Used, memory.Used));
    }

    // Against every placement there is.
    [Fact]
    public void Place_RandomClusters_FindsOneExactlyWhereThereIsOne()
    {
        var found = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new SeededRandomSource(seed);
            var strategy = (GangStrategy)random.Next(4);
            var free = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => new long[] { random.Next(6), random.Next(6) }).ToArray();
            var members = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => new long[] { random.Next(4), 1 + random.Next(3) }).ToArray();

            var placed = new GangPlacer(strategy, members, free.Length).Place([.. free.Select(static node => node.ToArray())]);

            var all = (int)Math.Pow(free.Length, members.Length);
            var any = Enumerable.Range(0, all).Any(code => IsValid(Decode(code)));
            Assert.True(placed is not null == any, $"Seed {seed}: {strategy}.");
            Assert.True(placed is null || IsValid(placed), $"Seed {seed}: {strategy} is not as it should be.");
            found += any ? 1 : 0;

            int[] Decode(int code) => [.. members.Select((_, i) => code / (int)Math.Pow(free.Length, i) % free.Length)];

            bool IsValid(int[] nodes) =>
                Enumerable.Range(0, free.Length).All(node => Enumerable.Range(0, 2).All(resource => nodes.Select((on, member) => on == node ? members[member][resource] : 0).Sum() <= free[node][resource]))
                && (strategy != GangStrategy.StrictPack || nodes.Distinct().Count() == 1)
                && (strategy != GangStrategy.StrictSpread || nodes.Distinct().Count() == nodes.Length);
        }

        Assert.InRange(found, 100, 300);
    }

    [Fact]
    public void Place_ManyEqualNodesWithoutRoom_GivesUpSoon()
    {
        var members = Enumerable.Repeat(new long[] { 3 }, 60).ToArray();
        var placer = new GangPlacer(GangStrategy.Pack, members, 59);

        Assert.Null(placer.Place([.. Enumerable.Range(0, 59).Select(static _ => new long[] { 5 })]));
        Assert.False(placer.GaveUp);
    }

    [Fact]
    public void ReserveAsync_ManyThreadsWithSingles_NothingIsLostAndNobodyIsStuck()
    {
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumWait = TimeSpan.FromMinutes(5) }, TimeProvider.System);
        var (scheduler, slots) = Nodes(2, 2, 2);
        TestThreads.Run(4, (_, random) =>
        {
            for (var i = 0; i < 600; i++)
            {
                if (random.Next(2) == 0)
                {
                    var strategy = (GangStrategy)random.Next(4);
                    using var gang = scheduler.ReserveAsync(Request(strategy, strategy == GangStrategy.StrictPack ? [1, 1] : [1, 1, 1]), queue).AsTask().GetAwaiter().GetResult();
                    Assert.True(gang.Result.IsGranted, $"{gang.Result.Refusal}");
                }
                else
                {
                    using var single = fixture.Scheduler.ReserveAsync([new(slots[random.Next(3)], 1)], queue).AsTask().GetAwaiter().GetResult().Reservation;
                    Assert.NotNull(single);
                }

                Assert.All(slots, static pool => Assert.InRange(pool.Used, 0, 2));
            }
        });

        Assert.All(slots, static pool => Assert.Equal(0, pool.Used));
    }

    [Fact]
    public async Task ReserveAsync_WhatCannotBe_IsRefusedClearly()
    {
        var (scheduler, slots) = Nodes(1);
        await Assert.ThrowsAsync<ArgumentException>(() => Ask(scheduler, GangStrategy.Pack));
        await Assert.ThrowsAsync<ArgumentException>(() => Ask(scheduler, GangStrategy.Pack, -1));
        var unknown = await Assert.ThrowsAsync<ArgumentException>(() => scheduler.ReserveAsync(new GangRequest(GangStrategy.Pack, [new Dictionary<string, long> { ["tpu"] = 1 }]), fixture.Queue).AsTask());
        Assert.Contains("tpu", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new GangNode("n", new Dictionary<string, ResourcePool> { ["tokens"] = new TotalPool("tokens", 1) }));
        Assert.Throws<ArgumentException>(() => new GangScheduler([Node("a", slots[0]), Node("b", slots[0])]));
    }

    private static GangReservation Ended(Task<GangReservation> asked)
    {
        Assert.True(asked.IsCompleted, "It still waits.");
        return asked.GetAwaiter().GetResult();
    }

    private static (GangScheduler Scheduler, ConcurrencyPool[] Slots) Nodes(params long[] limits)
    {
        ConcurrencyPool[] slots = [.. limits.Select(static (limit, i) => new ConcurrencyPool($"slots {i}", limit))];
        return (new GangScheduler(slots.Select(static (pool, i) => Node($"{(char)('a' + i)}", pool))), slots);
    }

    private static GangNode Node(string name, ResourcePool pool) => new(name, new Dictionary<string, ResourcePool> { ["slots"] = pool });

    private static GangRequest Request(GangStrategy strategy, params long[] members) =>
        new(strategy, [.. members.Select(static amount => new Dictionary<string, long> { ["slots"] = amount })]);

    private Task<GangReservation> Ask(GangScheduler scheduler, GangStrategy strategy, params long[] members) =>
        scheduler.ReserveAsync(Request(strategy, members), fixture.Queue).AsTask();
}
