using System.Collections.Concurrent;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

public sealed class ResourceContentionTests
{
    private const int Threads = 6;
    private const long Limit = 7;

    [Theory]
    [InlineData("concurrency")]
    [InlineData("total")]
    [InlineData("sliding")]
    [InlineData("fixed")]
    public void TryReserve_ManyThreads_NeverHoldMoreThanTheLimit(string kind)
    {
        var pool = Make(kind);
        long held = 0, most = 0, granted = 0;

        TestThreads.Run(Threads, (_, random) =>
        {
            for (var i = 0; i < 40_000; i++)
            {
                var amount = 1 + random.Next(3);
                if (pool.Take(amount) is not { } reservation)
                {
                    continue;
                }

                // Counted after it was granted and until before it is given back: what this counts is really held.
                var now = Interlocked.Add(ref held, amount);
                InterlockedMax(ref most, now);
                Interlocked.Increment(ref granted);
                Interlocked.Add(ref held, -amount);
                if (random.Next(2) == 0)
                {
                    reservation.Release();
                }
                else
                {
                    reservation.Settle([0]);
                }
            }
        });

        Assert.InRange(most, 1, Limit);
        Assert.True(granted > 1000, $"only {granted} granted");
        Assert.Equal(0, pool.Used);
        pool.MustTake(Limit);
    }

    [Fact]
    public void TryReserve_ManyThreadsWhoKeepWhatTheyGet_GetExactlyTheLimit()
    {
        var pool = WindowPool.Sliding("tokens", 100_000, TimeSpan.FromMinutes(1), new VirtualTimeProvider());
        long granted = 0;

        TestThreads.Run(Threads, (_, _) =>
        {
            while (pool.Take(1) is not null)
            {
                Interlocked.Increment(ref granted);
            }
        });

        Assert.Equal(100_000, granted);
        Assert.Equal(100_000, pool.Used);
    }

    [Fact]
    public void TryReserve_ManyThreadsWhileTimePasses_NeverExceedTheLimitInAnyWindow()
    {
        var window = TimeSpan.FromSeconds(63);
        var time = new VirtualTimeProvider();
        var pool = WindowPool.Sliding("tokens", Limit, window, time);
        var grants = new ConcurrentBag<(long Before, long After, long Used)>();

        TestThreads.Run(Threads, (thread, random) =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (thread == 0 && i % 8 == 0)
                {
                    time.Advance(TimeSpan.FromSeconds(random.Next(9)));
                }

                var amount = 1 + random.Next(3);
                var before = time.GetUtcNow().Ticks;
                if (pool.Take(amount) is { } reservation)
                {
                    var used = random.Next(amount + 1);
                    grants.Add((before, time.GetUtcNow().Ticks, used));
                    reservation.Settle([used]);
                }
            }
        });

        // A grant was made somewhere between its two readings of the clock; count it where both lie within the window.
        var ordered = grants.OrderBy(grant => grant.Before).ToArray();
        Assert.True(ordered.Length > 500, $"only {ordered.Length} granted");
        for (var first = 0; first < ordered.Length; first++)
        {
            var end = ordered[first].Before + window.Ticks;
            var sum = ordered.Skip(first).TakeWhile(grant => grant.Before < end).Where(grant => grant.After < end).Sum(grant => grant.Used);
            Assert.True(sum <= Limit, $"{sum} within one window");
        }

        time.Advance(window * 2);
        Assert.Equal(0, pool.Used);
    }

    [Theory]
    [InlineData(1)]
    [InlineData((1L << 45) + 1)]
    [InlineData(1L << 50)]
    public void TryReserve_ManyThreadsWhilePeriodsEnd_RefusesNobodyWhoFits(long amount)
    {
        const int Periods = 60;
        var time = new VirtualTimeProvider();
        var pool = WindowPool.Sliding("tokens", Threads * amount, TimeSpan.FromSeconds(63), time);
        long refused = 0;

        TestThreads.Run(Threads, (thread, _) =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                // Fewer periods in all than the window has: nothing leaves it but what is given back.
                if (thread == 0 && i % (20_000 / Periods) == 0)
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                }

                if (pool.Take(amount) is { } reservation)
                {
                    reservation.Release();
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });

        Assert.Equal(0, refused);
        Assert.Equal(0, pool.Used);
        pool.MustTake(Threads * amount);
        pool.MustRefuse(1);
    }

    [Fact]
    public void Settle_ManyThreadsWhileTheirPeriodsEnd_LosesAndInventsNothing()
    {
        const long Plenty = 1_000_000;
        var time = new VirtualTimeProvider();
        var pool = WindowPool.Fixed("tokens", Plenty, TimeSpan.FromSeconds(1), time);

        TestThreads.Run(Threads, (thread, random) =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                if (thread == 0)
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                    Assert.InRange(pool.Used, 0, Plenty);
                }
                else if (pool.Take(1 + random.Next(3)) is { } reservation)
                {
                    reservation.Settle([random.Next(2)]);
                }
            }
        });

        // Whatever was left over in a bucket but not in the sum, or in the sum but in no bucket, would stay for ever.
        time.Advance(TimeSpan.FromSeconds(1));
        pool.MustTake(Plenty).Release();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, pool.Used);
        pool.MustTake(Plenty);
        pool.MustRefuse(1);
    }

    [Fact]
    public void TryReserve_ManyThreadsOverTwoPools_TakeBothOrNeither()
    {
        var scheduler = new ResourceScheduler();
        var outer = new ConcurrencyPool("tenant", 5);
        var inner = WindowPool.Fixed("key", 3, TimeSpan.FromHours(1), new VirtualTimeProvider());
        long held = 0, most = 0;

        TestThreads.Run(Threads, (thread, random) =>
        {
            for (var i = 0; i < 40_000; i++)
            {
                ResourceRequest[] requests = thread % 2 == 0 ? [new(outer, 1), new(inner, 1)] : [new(inner, 1), new(outer, 1)];
                if (scheduler.TryReserve(requests, out var reservation, out _))
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref held));
                    Interlocked.Decrement(ref held);
                    reservation.Dispose();
                }
            }
        });

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, outer.Used);
        Assert.Equal(0, inner.Used);
    }

    private static ResourcePool Make(string kind) => kind switch
    {
        "concurrency" => new ConcurrencyPool(kind, Limit),
        "total" => new TotalPool(kind, Limit),
        "sliding" => WindowPool.Sliding(kind, Limit, TimeSpan.FromMinutes(1), new VirtualTimeProvider()),
        _ => WindowPool.Fixed(kind, Limit, TimeSpan.FromMinutes(1), new VirtualTimeProvider()),
    };

    private static void InterlockedMax(ref long target, long value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var before && before == seen ? value : before;
        }
    }
}
