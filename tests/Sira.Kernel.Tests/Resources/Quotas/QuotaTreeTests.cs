using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Quotas;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources.Quotas;

public sealed class QuotaTreeTests
{
    private readonly VirtualTimeProvider time = new();
    private readonly QuotaTree tree;

    public QuotaTreeTests() => tree = new QuotaTree("quota", ["calls", "tokens"], time);

    [Fact]
    public void TryReserve_EveryLevelHasRoom_CountsOnEach()
    {
        Limit("acme", "calls", 10);
        Limit("acme/*", "calls", 5);
        Limit("acme/*", "tokens", 100);

        Assert.True(tree.Get("acme/alice").TryReserve([1, 40], out var reservation, out _));

        Assert.Equal((1L, 1L, 40L), (Used("acme", 0), Used("acme/alice", 0), Used("acme/alice", 1)));
        Assert.Null(tree.Get("acme").PoolOf(1));
        reservation.Settle([1, 30]);
        Assert.Equal((0L, 0L, 0L), (Used("acme", 0), Used("acme/alice", 0), Used("acme/alice", 1)));
    }

    [Theory]
    [InlineData("acme", "quota 'acme' calls: 2 slots asked, 0 slots of 1 slots used, which can never fit")]
    [InlineData("acme/*", "quota 'acme/alice' calls: 2 slots asked, 0 slots of 1 slots used, which can never fit")]
    public void TryReserve_OneLevelHasTooLittle_TakesNothingAndNamesIt(string scarce, string expected)
    {
        Limit("acme", "calls", 10);
        Limit("acme/*", "calls", 10);
        Limit(scarce, "calls", 1);

        Assert.False(tree.Get("acme/alice").TryReserve([2, 0], out var reservation, out var rejection));

        Assert.Equal(expected, rejection.ToString());
        Assert.Null(reservation.Reservation);
        Assert.Equal((0L, 0L), (Used("acme", 0), Used("acme/alice", 0)));
    }

    [Fact]
    public void TryReserve_ManyKeysOfOneLevel_EachHasItsOwnWithinThatOfAll()
    {
        Limit("*", "calls", 5);
        Limit("*/*", "calls", 3);

        Assert.True(tree.Get("acme/alice").TryReserve([3, 0], out _, out _));
        Assert.False(tree.Get("acme/alice").TryReserve([1, 0], out _, out _));
        Assert.True(tree.Get("acme/bob").TryReserve([2, 0], out _, out _));
        Assert.False(tree.Get("acme/bob").TryReserve([1, 0], out _, out var rejection));
        Assert.Equal("quota 'acme' calls", rejection.Pool.Name);
        Assert.True(tree.Get("other/alice").TryReserve([3, 0], out _, out _));
    }

    [Fact]
    public void SetLimit_SeveralFit_TheOneExactFurtherLeftCounts()
    {
        Limit("*/*", "calls", 1);
        Limit("*/alice", "calls", 2);
        Limit("acme/*", "calls", 3);
        Limit("acme/alice", "calls", 4);

        Assert.Equal([1, 2, 3, 4], new[] { "x/y", "x/alice", "acme/y", "acme/alice" }.Select(path => tree.Get(path).PoolOf(0)!.Limit));
        tree.SetLimit("acme/alice", "calls", null);
        Assert.Equal(3, tree.Get("acme/alice").PoolOf(0)!.Limit);
        tree.SetLimit("acme/*", "calls", null);
        Assert.Equal(2, tree.Get("acme/alice").PoolOf(0)!.Limit);
    }

    [Fact]
    public void SetLimit_WhileHeld_TakesEffectAndForgetsNothing()
    {
        var path = tree.Get("acme/alice");
        Assert.True(path.TryReserve([1, 70], out _, out _));
        tree.SetLimit("acme/*", "tokens", ResourcePoolDefinition.Total(100, ResourceUnit.Tokens));
        Assert.True(path.TryReserve([1, 70], out var held, out _));
        Assert.False(path.TryReserve([1, 70], out _, out _));

        tree.SetLimit("acme/alice", "tokens", ResourcePoolDefinition.Total(150, ResourceUnit.Tokens));
        Assert.True(path.TryReserve([1, 70], out _, out _));

        // Another kind of window begins with what was used.
        tree.SetLimit("acme/alice", "tokens", ResourcePoolDefinition.Fixed(150, TimeSpan.FromDays(1), ResourceUnit.Tokens));
        Assert.Equal(140, Used("acme/alice", 1));
        held.Settle([1, 70]);
    }

    [Fact]
    public async Task ReserveAsync_NoRoom_WaitsAndIsServedByAHigherLimit()
    {
        Limit("acme", "calls", 1);
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, time);
        var backend = new ConcurrencyPool("backend", 5);
        Assert.True(tree.Get("acme/alice").TryReserve([1, 0], out var first, out _));
        var waiting = tree.Get("acme/bob").ReserveAsync([1, 0], queue, others: [new(backend, 2)]);
        Assert.False(waiting.IsCompleted);

        Limit("acme", "calls", 2);

        var (second, result) = await waiting;
        Assert.True(result.IsGranted);
        Assert.Equal((2L, 2L), (Used("acme", 0), backend.Used));
        second.Settle([1, 0, 2]);
        first.Dispose();
        Assert.Equal((0L, 0L), (Used("acme", 0), backend.Used));
    }

    [Fact]
    public async Task ReserveAsync_CancelledOrRefused_LetsThePathGo()
    {
        var small = new QuotaTree("quota", ["calls"], time, maximumPaths: 1);
        small.SetLimit("*", "calls", ResourcePoolDefinition.Concurrency(1));
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, time);
        using var cancel = new CancellationTokenSource();
        Assert.True(small.Get("a").TryReserve([1], out var held, out _));
        var cancelled = small.Get("a").ReserveAsync([1], queue, cancellationToken: cancel.Token).AsTask();
        var late = small.Get("a").ReserveAsync([1], queue).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(AdmissionRefusal.TimedOut, (await late).Result.Refusal);
        held.Dispose();

        small.Get("b");

        Assert.Equal(1, small.Count);
    }

    [Fact]
    public void TryReserve_NothingIsLimited_HoldsNothingAndLetsThePathGo()
    {
        var small = new QuotaTree("quota", ["calls"], time, maximumPaths: 1);
        Assert.True(small.Get("a").TryReserve([1], out var reservation, out _));
        Assert.True(reservation.Reservation!.Held.IsEmpty);

        small.Get("b");

        Assert.Equal(1, small.Count);
        reservation.Settle([1]);
        reservation.Dispose();
    }

    [Fact]
    public void Get_FloodOfPaths_IsBoundedAndForgetsNothingThatIsUsed()
    {
        var small = new QuotaTree("quota", ["calls"], time, maximumPaths: 100);
        small.SetLimit("*/*", "calls", ResourcePoolDefinition.Concurrency(1));
        var kept = small.Get("acme/alice");
        Assert.True(kept.TryReserve([1], out var held, out _));
        var idle = small.Get("idle/path");

        for (var i = 0; i < 5000; i++)
        {
            small.Get($"flood {i}/x");
        }

        Assert.InRange(small.Count, 1, 102);
        Assert.Same(kept, small.Get("acme/alice"));
        Assert.False(kept.TryReserve([1], out _, out _));

        // Whoever kept one that was let go reserves from its successor.
        Assert.NotSame(idle, small.Get("idle/path"));
        Assert.True(idle.TryReserve([1], out var through, out _));
        Assert.Equal(1, small.Get("idle/path").PoolOf(0)!.Used);
        through.Dispose();
        held.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a/*")]
    [InlineData("1/2/3/4/5/6/7/8/9")]
    public void Get_Malformed_SaysWhatIsWrong(string path) => Assert.Throws<ArgumentException>(() => tree.Get(path));

    [Fact]
    public void Get_EndlessPath_IsRefused() => Assert.Throws<ArgumentException>(() => tree.Get(new string('x', 2000)));

    [Fact]
    public void SetLimit_UnknownKind_NamesThoseThereAre() =>
        Assert.Contains("'calls', 'tokens'", Assert.Throws<ArgumentException>(() => Limit("acme", "token", 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void TryReserve_WrongAmounts_TakesNothing()
    {
        Limit("acme", "calls", 1);
        var path = tree.Get("acme");
        Assert.Throws<ArgumentOutOfRangeException>(() => path.TryReserve([1], out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => path.TryReserve([-1, 0], out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => path.TryReserve([0, 0], out _, out _, [new(new ConcurrencyPool("backend", 1), -1)]));
        Assert.Throws<ArgumentException>(() => path.TryReserve([0, 0], out _, out _, [default]));
        Assert.True(path.TryReserve([1, 0], out var held, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => held.Settle([1]));
        Assert.Equal(1, Used("acme", 0));
        held.Settle([1, 5]);
        Assert.Equal(0, Used("acme", 0));
    }

    [Fact]
    public void TryReserve_ManyThreadsWhileLimitsAndPathsChange_NeverExceedsAndLosesNothing()
    {
        var small = new QuotaTree("quota", ["calls"], TimeProvider.System, maximumPaths: 4);
        small.SetLimit("*", "calls", ResourcePoolDefinition.Concurrency(6));
        small.SetLimit("*/*", "calls", ResourcePoolDefinition.Concurrency(3));
        long held = 0;
        TestThreads.Run(4, (thread, random) =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (thread == 0 && i % 100 == 0)
                {
                    small.SetLimit("*/*", "calls", ResourcePoolDefinition.Concurrency(2 + (i % 200 / 100)));
                }

                if (small.Get($"acme/{random.Next(8)}").TryReserve([1 + random.Next(2)], out var reservation, out _))
                {
                    var amount = reservation.Reservation!.Held[0].Amount;
                    Assert.InRange(Interlocked.Add(ref held, amount), 1, 6);
                    Interlocked.Add(ref held, -amount);
                    reservation.Dispose();
                }
            }
        });

        Assert.Equal(0, small.Get("acme").PoolOf(0)!.Used);
        Assert.InRange(small.Count, 1, 10);
    }

    private void Limit(string pattern, string kind, long limit) => tree.SetLimit(pattern, kind, ResourcePoolDefinition.Concurrency(limit));

    private long Used(string path, int kind) => tree.Get(path).PoolOf(kind)!.Used;
}
