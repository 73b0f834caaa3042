using Sira.Kernel.Resources;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

public sealed class WindowPoolTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly VirtualTimeProvider time = new();

    [Fact]
    public void Sliding_RetryAfter_IsExactlyWhenTheOldestHasLeft()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        pool.MustTake(4);
        time.Advance(TimeSpan.FromSeconds(20));
        pool.MustTake(6);

        var wait = pool.MustRefuse(3).RetryAfter!.Value;

        Assert.InRange(wait, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(41));
        time.Advance(wait - Tick);
        pool.MustRefuse(1);
        time.Advance(Tick);
        pool.MustTake(3);
        pool.MustRefuse(2);
    }

    [Fact]
    public void Sliding_RetryAfter_WaitsForAsManyPeriodsAsTheAmountNeeds()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        for (var i = 0; i < 5; i++)
        {
            pool.MustTake(2);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        var one = pool.MustRefuse(1).RetryAfter!.Value;
        var three = pool.MustRefuse(3).RetryAfter!.Value;
        var ten = pool.MustRefuse(10).RetryAfter!.Value;

        Assert.InRange(three - one, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11));
        Assert.InRange(ten - one, TimeSpan.FromSeconds(39), TimeSpan.FromSeconds(41));
        time.Advance(ten - Tick);
        pool.MustRefuse(10);
        time.Advance(Tick);
        pool.MustTake(10);
    }

    [Theory]
    [InlineData(630)]
    [InlineData(123_457)]
    [InlineData(TimeSpan.TicksPerMinute)]
    [InlineData(TimeSpan.TicksPerDay * 31)]
    [InlineData(TimeSpan.TicksPerDay * 3660)]
    public void Sliding_AnyLengthOfWindow_CountsForItsLengthAndAtMostAPeriodMore(long ticks)
    {
        var window = TimeSpan.FromTicks(ticks);
        var pool = WindowPool.Sliding("tokens", 1, window, time);
        time.Advance(TimeSpan.FromTicks(ticks / 100));
        pool.MustTake(1);

        var wait = pool.MustRefuse(1).RetryAfter!.Value;
        Assert.InRange(wait, window, window + TimeSpan.FromTicks((ticks / 63) + 2));
        time.Advance(window - Tick);
        pool.MustRefuse(1);
        time.Advance(wait - (window - Tick));
        pool.MustTake(1);
    }

    [Fact]
    public void Sliding_MoreThanTheLimit_CanNeverFit()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);

        Assert.Null(pool.MustRefuse(11).RetryAfter);
        Assert.Null(pool.MustRefuse(long.MaxValue).RetryAfter);
        Assert.Null(WindowPool.Sliding("nothing", 0, Minute, time).MustRefuse(1).RetryAfter);
    }

    [Fact]
    public void Settle_LessThanReserved_ReturnsTheRestToTheMomentOfTheReservation()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        var reservation = pool.MustTake(10);
        time.Advance(TimeSpan.FromSeconds(30));

        reservation.Settle([4]);

        Assert.Equal(4, pool.Used);
        pool.MustTake(6);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(6, pool.Used);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, pool.Used);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(10)]
    public void Settle_AfterTheWindowHasPassed_ChangesNothing(long actual)
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        var reservation = pool.MustTake(10);
        time.Advance(Minute * 1.5);
        pool.MustTake(7);

        reservation.Settle([actual]);

        Assert.Equal(7, pool.Used);
        pool.MustRefuse(4);
        time.Advance(Minute * 1.5);
        Assert.Equal(0, pool.Used);
    }

    [Fact]
    public void Settle_AfterExactlyOneTurnOfTheRing_DoesNotTouchThePeriodThatHasThePlaceNow()
    {
        // 63 periods of a second; after 64 of them, the place of the first one is taken by another.
        var pool = WindowPool.Sliding("tokens", 10, TimeSpan.FromSeconds(63), time);
        var reservation = pool.MustTake(10);
        time.Advance(TimeSpan.FromSeconds(64));
        pool.MustTake(10);

        reservation.Release();

        Assert.Equal(10, pool.Used);
        pool.MustRefuse(1);
    }

    [Fact]
    public void Settle_MoreThanReserved_IsDebtFromTheMomentOfSettling()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        var reservation = pool.MustTake(5);
        time.Advance(Minute * 1.5);

        reservation.Settle([25]);

        Assert.Equal(20, pool.Used);
        var wait = pool.MustRefuse(1).RetryAfter!.Value;
        Assert.InRange(wait, Minute, Minute + TimeSpan.FromSeconds(1));
        time.Advance(wait - Tick);
        pool.MustRefuse(1);
        time.Advance(Tick);
        pool.MustTake(10);
    }

    [Fact]
    public void Settle_HugeDebt_IsForgottenWithItsWindow()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        var open = pool.MustTake(2);
        pool.MustTake(1).Settle([long.MaxValue]);
        pool.MustTake(0).Settle([long.MaxValue]);

        Assert.Equal(long.MaxValue, pool.Used);
        open.Release();
        Assert.Equal(long.MaxValue - 2, pool.Used);
        time.Advance(Minute * 2);
        Assert.Equal(0, pool.Used);
        pool.MustTake(10);
    }

    [Fact]
    public void Fixed_Windows_BeginAtMidnightUtcAndEachBeginEmpty()
    {
        time.Advance(TimeSpan.FromHours(23));
        var pool = WindowPool.Fixed("requests per day", 10, TimeSpan.FromDays(1), time);
        var open = pool.MustTake(10);

        Assert.Equal(TimeSpan.FromHours(1), pool.MustRefuse(1).RetryAfter);
        time.Advance(TimeSpan.FromHours(1) - Tick);
        pool.MustRefuse(1);
        time.Advance(Tick);
        Assert.Equal(0, pool.Used);
        pool.MustTake(4);
        open.Release();
        Assert.Equal(4, pool.Used);
    }

    [Fact]
    public void Fixed_DebtOfThePreviousWindow_CountsInTheOneInWhichItIsSettled()
    {
        var pool = WindowPool.Fixed("money", 10, TimeSpan.FromHours(1), time);
        var open = pool.MustTake(5);
        time.Advance(TimeSpan.FromHours(1));

        open.Settle([12]);

        Assert.Equal(7, pool.Used);
        pool.MustRefuse(4);
        time.Advance(TimeSpan.FromHours(1));
        pool.MustTake(10);
    }

    [Fact]
    public void Fixed_ClockSetBack_DoesNotReviveTheOldWindow()
    {
        var clock = new SettableClock();
        var pool = WindowPool.Fixed("requests", 10, TimeSpan.FromHours(1), clock);
        clock.Now += TimeSpan.FromHours(1);
        pool.MustTake(10);

        clock.Now -= TimeSpan.FromHours(2);

        Assert.Equal(10, pool.Used);
        Assert.Equal(TimeSpan.FromHours(3), pool.MustRefuse(1).RetryAfter);
        clock.Now += TimeSpan.FromHours(3);
        pool.MustTake(10);
    }

    [Fact]
    public void CalendarMonth_Windows_AreAsLongAsTheirMonths()
    {
        var clock = new SettableClock { Now = new(2027, 12, 31, 23, 0, 0, TimeSpan.Zero) };
        var pool = WindowPool.CalendarMonth("money", 10, clock);
        pool.MustTake(10);
        Assert.Equal(TimeSpan.FromHours(1), pool.MustRefuse(1).RetryAfter);

        clock.Now = new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);
        pool.MustTake(10);
        Assert.Equal(TimeSpan.FromDays(31), pool.MustRefuse(1).RetryAfter);

        clock.Now = new(2028, 2, 1, 12, 0, 0, TimeSpan.Zero);
        pool.MustTake(10);
        Assert.Equal(TimeSpan.FromDays(28.5), pool.MustRefuse(1).RetryAfter);
    }

    [Fact]
    public void ChangeLimit_KeepsWhatIsUsed()
    {
        var pool = WindowPool.Sliding("tokens", 10, Minute, time);
        pool.MustTake(8);

        pool.ChangeLimit(5);
        Assert.Equal(8, pool.Used);
        Assert.NotNull(pool.MustRefuse(5).RetryAfter);
        Assert.Null(pool.MustRefuse(6).RetryAfter);

        pool.ChangeLimit(20);
        pool.MustTake(12);
        pool.MustRefuse(1);
    }

    [Fact]
    public void Constructor_BadWindow_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowPool.Sliding("tokens", 1, TimeSpan.Zero, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowPool.Sliding("tokens", 1, TimeSpan.FromDays(3661), time));
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowPool.Fixed("tokens", 1, -Minute, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowPool.Fixed("tokens", -1, Minute, time));
        Assert.Throws<ArgumentNullException>(() => WindowPool.Sliding("tokens", 1, Minute, null!));
    }

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
