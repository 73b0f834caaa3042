using Sira.Kernel.Resources;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

public sealed class ResourceSchedulerTests
{
    private readonly ResourceScheduler scheduler = new();

    [Fact]
    public void TryReserve_Nothing_GivesTheSharedEmptyReservation()
    {
        Assert.True(scheduler.TryReserve([], out var first, out _));
        Assert.True(scheduler.TryReserve([], out var second, out _));

        Assert.Same(Reservation.Empty, first);
        Assert.Same(first, second);
        Assert.Equal(0, first.Held.Length);
        first.Settle([]);
        first.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Settle([1]));
    }

    [Fact]
    public void TryReserve_AllFit_HoldsThemInOrder()
    {
        var organisation = new TotalPool("organisation", 10);
        var tenant = new TotalPool("tenant", 10);

        Assert.True(scheduler.TryReserve([new(organisation, 4), new(tenant, 5)], out var reservation, out _));

        Assert.Equal([new(organisation, 4), new(tenant, 5)], reservation.Held.ToArray());
        reservation.Settle([1, 7]);
        Assert.Equal(1, organisation.Used);
        Assert.Equal(7, tenant.Used);
    }

    [Fact]
    public void TryReserve_LastRefuses_GivesTheOthersBackInReverseOrder()
    {
        var log = new List<string>();
        var first = new RecordingPool("first", log);
        var second = new RecordingPool("second", log);
        var full = new ConcurrencyPool("full", 0);

        Assert.False(scheduler.TryReserve([new(first, 1), new(second, 2), new(full, 1)], out var reservation, out var rejection));

        Assert.Equal(["take first 1", "take second 2", "settle second 2->0 stamp 42", "settle first 1->0 stamp 42"], log);
        Assert.Same(Reservation.Empty, reservation);
        Assert.Equal(new ResourceRejection(full, 1, 0, null), rejection);
    }

    [Fact]
    public void TryReserve_FirstRefuses_DoesNotAskTheOthers()
    {
        var log = new List<string>();

        Assert.False(scheduler.TryReserve([new(new ConcurrencyPool("full", 0), 1), new(new RecordingPool("second", log), 1)], out _, out _));

        Assert.Empty(log);
    }

    [Fact]
    public void TryReserve_PoolThrows_GivesTheOthersBackAndThrows()
    {
        var slots = new ConcurrencyPool("slots", 5);

        Assert.Throws<InvalidTimeZoneException>(() =>
            scheduler.TryReserve([new(slots, 2), new(new ThrowingPool(), 1)], out _, out _));

        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void TryReserve_BadRequest_ThrowsAndHoldsNothing()
    {
        var slots = new ConcurrencyPool("slots", 5);

        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.TryReserve([new(slots, 2), new(slots, -1)], out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.TryReserve([new(slots, long.MinValue)], out _, out _));
        Assert.Throws<ArgumentException>(() => scheduler.TryReserve([new(slots, 2), default], out _, out _));

        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void TryReserve_SamePoolTwice_CountsBoth()
    {
        var slots = new ConcurrencyPool("slots", 5);

        Assert.False(scheduler.TryReserve([new(slots, 3), new(slots, 3)], out _, out var rejection));
        Assert.Equal(3, rejection.Used);
        Assert.Equal(0, slots.Used);
        Assert.True(scheduler.TryReserve([new(slots, 3), new(slots, 2)], out var reservation, out _));
        Assert.Equal(5, slots.Used);
        reservation.Release();
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void TryReserve_HundredPools_TakesAllOrNone()
    {
        var pools = Enumerable.Range(0, 100).Select(i => new TotalPool($"pool {i}", 1)).ToArray();
        var requests = Array.ConvertAll(pools, pool => new ResourceRequest(pool, 1));

        Assert.True(scheduler.TryReserve(requests, out var reservation, out _));
        Assert.All(pools, pool => Assert.Equal(1, pool.Used));
        Assert.False(scheduler.TryReserve(requests, out _, out _));
        Assert.All(pools, pool => Assert.Equal(1, pool.Used));
        reservation.Release();
        Assert.All(pools, pool => Assert.Equal(0, pool.Used));
    }

    [Fact]
    public void TryReserve_SeveralWindows_CountAtOneInstant()
    {
        var time = new CountingClock();
        var pools = new[] { WindowPool.Sliding("a", 1, TimeSpan.FromMinutes(1), time), WindowPool.Sliding("b", 1, TimeSpan.FromHours(1), time) };
        time.Readings = 0;

        Assert.True(scheduler.TryReserve([new(pools[0], 1), new(pools[1], 1)], out _, out _));

        Assert.Equal(1, time.Readings);
    }

    [Fact]
    public void Reservation_EndedTwice_CountsTheFirst()
    {
        var pool = new TotalPool("pool", 10);
        var settled = pool.MustTake(5);
        settled.Settle([3]);
        settled.Settle([4]);
        settled.Release();
        Assert.Equal(3, pool.Used);

        var released = pool.MustTake(5);
        released.Dispose();
        released.Settle([5]);
        Assert.Equal(3, pool.Used);
    }

    [Fact]
    public void Settle_BadAmounts_ThrowAndTheReservationIsStillHeld()
    {
        var pool = new TotalPool("pool", 10);
        var reservation = pool.MustTake(5);

        Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Settle([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Settle([1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Settle([-1]));

        Assert.Equal(5, pool.Used);
        reservation.Settle([2]);
        Assert.Equal(2, pool.Used);
    }

    [Fact]
    public void Settle_RacingRelease_CountsOneOfThem()
    {
        var pool = new TotalPool("pool", 1000);
        for (var i = 0; i < 500; i++)
        {
            var before = pool.Used;
            var reservation = pool.MustTake(2);
            Parallel.Invoke(() => reservation.Settle([1]), reservation.Release, () => reservation.Settle([1]));
            Assert.InRange(pool.Used - before, 0, 1);
        }
    }

    [Fact]
    public void PoolOperations_OnEveryKind_DoNotAllocate()
    {
        var time = new VirtualTimeProvider();
        ResourcePool[] pools = [new ConcurrencyPool("a", 10), new TotalPool("b", 10), WindowPool.Sliding("c", 10, TimeSpan.FromMinutes(1), time), WindowPool.Fixed("d", 10, TimeSpan.FromMinutes(1), time)];
        ResourceRequest[] refused = [new(pools[0], 1), new(pools[2], 1), new(pools[1], 11)];

        Assert.Equal(0, AllocatedBy(() =>
        {
            foreach (var pool in pools)
            {
                var clock = default(ReservationClock);
                pool.TryReserve(6, ref clock, out var stamp, out _);
                pool.TryReserve(6, ref clock, out _, out _);
                pool.Settle(stamp, 6, 2);
                pool.TryReserve(0, ref clock, out stamp, out _);
                pool.Release(stamp, 0);
                _ = pool.Used;
            }

            time.Advance(TimeSpan.FromSeconds(30));
            scheduler.TryReserve(refused, out _, out _);
            scheduler.TryReserve([], out _, out _);
        }));
    }

    [Fact]
    public void TryReserve_Granted_AllocatesOnlyTheReservation()
    {
        var pool = new ConcurrencyPool("a", 10);
        ResourceRequest[] requests = [new(pool, 1), new(pool, 1)];

        var bytes = AllocatedBy(() =>
        {
            scheduler.TryReserve(requests, out var reservation, out _);
            reservation.Release();
        });

        // The object, its requests and its stamps.
        Assert.InRange(bytes, 1, (40 + 56 + 40) * 1000);
    }

    private static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 100; i++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class RecordingPool(string name, List<string> log) : ResourcePool(name, 100)
    {
        public override long Used => 0;

        protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
        {
            log.Add($"take {Name} {amount}");
            (stamp, retryAfter) = (42, null);
            return true;
        }

        protected internal override void Settle(long stamp, long reserved, long actual) =>
            log.Add($"settle {Name} {reserved}->{actual} stamp {stamp}");
    }

    private sealed class ThrowingPool() : ResourcePool("throws", 1)
    {
        public override long Used => 0;

        protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter) =>
            throw new InvalidTimeZoneException();

        protected internal override void Settle(long stamp, long reserved, long actual) => Assert.Fail("It held nothing.");
    }

    private sealed class CountingClock : TimeProvider
    {
        public int Readings { get; set; }

        public override long GetTimestamp() => ++Readings;
    }
}
