using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Calendar;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Tests.Admission;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Resources.Calendar;

public sealed class CalendarPoolTests : IDisposable
{
    private readonly AdmissionFixture fixture = new(maximumWaitSeconds: 100_000);
    private readonly CalendarPool pool;
    private readonly ResourceLeases leases;

    public CalendarPoolTests()
    {
        pool = new CalendarPool("gpus", 8, Time, new CalendarPoolOptions { Lead = TimeSpan.FromMinutes(10), ClaimWithin = TimeSpan.FromMinutes(5), MaximumBookings = 50 });
        leases = new ResourceLeases(Time);
    }

    private VirtualTimeProvider Time => fixture.Time;

    public void Dispose()
    {
        pool.Dispose();
        leases.Dispose();
    }

    [Fact]
    public void TryBook_OverlappingTooMuch_IsRefusedWithTheFirstTimeThatFits()
    {
        Book(6, 60, 60);
        Book(2, 90, 60);

        Assert.False(pool.TryBook(3, Minutes(100), Minutes(30), out var booking, out var fits));

        Assert.Null(booking);
        Assert.Equal(Minutes(120), fits);
        Book(3, 120, 30);
        Assert.False(pool.TryBook(9, Minutes(100), Minutes(30), out _, out fits));
        Assert.Null(fits);
    }

    [Fact]
    public void TryReserve_SoonBooked_IsKeptFree()
    {
        Book(6, 60, 60);
        pool.MustTake(8).Release();
        Time.Advance(Minutes(50));

        pool.MustRefuse(3);
        pool.MustTake(2);
    }

    [Fact]
    public void TryBook_SoonAndHeldNow_IsRefused()
    {
        var held = pool.MustTake(5);
        Assert.False(pool.TryBook(4, Minutes(5), Minutes(10), out _, out var fits));
        Assert.InRange(fits!.Value, Minutes(10), Minutes(10.1));

        held.Release();

        Book(4, 5, 10);
    }

    [Fact]
    public void TryClaim_WhenItsTimeHasCome_IsALeaseThatEndsWithIt()
    {
        var booking = Book(6, 60, 30);
        Assert.False(Claim(booking, out _));
        Time.Advance(Minutes(60));

        Assert.True(Claim(booking, out var lease));
        Assert.False(Claim(booking, out _));

        Assert.Equal((BookingState.Claimed, 6L, Minutes(30)), (booking.State, pool.Used, lease!.TimeLeft));
        Time.Advance(Minutes(30));
        Assert.Equal((BookingState.Ended, LeaseState.Expired, 0L, 0), (booking.State, lease.State, pool.Used, pool.Bookings));
    }

    [Fact]
    public void TryRenew_BeyondTheBooking_IsRefusedAndTheNextBookingIsHonoured()
    {
        var (first, next) = (Book(8, 0, 60), Book(8, 60, 60));
        Assert.True(Claim(first, out var lease));

        Assert.False(lease!.TryRenew(TimeSpan.FromHours(3)));
        Assert.True(lease.TryRenew(Minutes(60)));
        Time.Advance(Minutes(59.5));
        Assert.False(lease.TryRenew());

        Assert.Equal((LeaseState.Held, Minutes(0.5)), (lease.State, lease.TimeLeft));
        Time.Advance(Minutes(0.5));
        Assert.Equal((LeaseState.Expired, BookingState.Ended), (lease.State, first.State));
        Assert.True(Claim(next, out _));
    }

    [Fact]
    public void TryClaim_BookingLongerThanLeasesMayBe_IsHeldToItsEnd()
    {
        using var calendar = new CalendarPool("gpus", 8, Time);
        Assert.True(calendar.TryBook(2, TimeSpan.Zero, TimeSpan.FromDays(2), out var booking, out _));

        Assert.True(calendar.TryClaim(booking!, leases, "holder", out var lease));

        Assert.Equal(TimeSpan.FromDays(2), lease!.TimeLeft);
        Time.Advance(TimeSpan.FromDays(2) - Minutes(1));
        Assert.Equal(LeaseState.Held, lease.State);
        Time.Advance(Minutes(1));
        Assert.Equal((LeaseState.Expired, BookingState.Ended, 0L), (lease.State, booking!.State, calendar.Used));
    }

    [Fact]
    public void TryClaim_BookingOfAnotherPool_Throws()
    {
        using var other = new CalendarPool("others", 8, Time);
        Assert.True(other.TryBook(1, TimeSpan.Zero, Minutes(1), out var booking, out _));

        Assert.Throws<ArgumentException>(() => Claim(booking!, out _));

        Assert.Equal((BookingState.Booked, 0L), (booking!.State, pool.Used));
    }

    [Fact]
    public void TryClaim_NoLeaseIsLeft_ThrowsAndTheBookingIsKept()
    {
        using var few = new ResourceLeases(Time, new ResourceLeaseOptions { MaximumLeases = 1 });
        var (other, booking) = (Book(1, 0, 60), Book(4, 0, 60));
        Assert.True(pool.TryClaim(other, few, "holder", out var lease));

        Assert.Throws<InvalidOperationException>(() => pool.TryClaim(booking, few, "holder", out _));
        Assert.Throws<ArgumentException>(() => pool.TryClaim(booking, few, " ", out _));

        Assert.Equal((BookingState.Booked, 1L), (booking.State, pool.Used));
        lease!.Dispose();
        Assert.True(pool.TryClaim(booking, few, "holder", out _));
        Assert.Equal(4, pool.Used);
    }

    [Fact]
    public void TryClaim_SomebodyHoldsLongerThanTheLead_WaitsAndOvercommitsNothing()
    {
        var booking = Book(6, 60, 60);
        var held = pool.MustTake(8);
        Time.Advance(Minutes(61));

        Assert.False(Claim(booking, out _));
        Assert.Equal((BookingState.Booked, 8L), (booking.State, pool.Used));
        held.Release();

        Assert.True(Claim(booking, out _));
    }

    [Fact]
    public void TryClaim_NotInTime_OthersHaveThePlace()
    {
        var booking = Book(8, 60, 60);
        Time.Advance(Minutes(60));
        var waiting = fixture.Ask("a", pool, 8);
        Assert.False(waiting.IsCompleted);

        Time.Advance(Minutes(5));

        Granted(waiting);
        Assert.Equal(BookingState.Expired, booking.State);
        Assert.False(Claim(booking, out _));
    }

    [Fact]
    public void Cancel_WhoWaitsIsServed()
    {
        var booking = Book(8, 5, 60);
        var waiting = fixture.Ask("a", pool, 1);
        Assert.False(waiting.IsCompleted);

        Assert.True(booking.Cancel());

        Granted(waiting);
        Assert.False(booking.Cancel());
        Assert.Equal((BookingState.Cancelled, 0), (booking.State, pool.Bookings));
    }

    [Fact]
    public void TryBook_TooMany_IsRefused()
    {
        for (var i = 0; i < 50; i++)
        {
            Book(1, 60 + (i * 60), 30);
        }

        Assert.False(pool.TryBook(1, Minutes(1), Minutes(1), out _, out var fits));
        Assert.Null(fits);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.TryBook(1, TimeSpan.FromDays(400), Minutes(1), out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.TryBook(0, Minutes(1), Minutes(1), out _, out _));
    }

    // Against a table of minutes: what is booked and claimed in each, and what is held now.
    [Fact]
    public void RandomOperations_NeverOverCommitAnyMinute()
    {
        var booked = 0;
        var refusedForNothing = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new SeededRandomSource(seed);
            var time = new VirtualTimeProvider();
            using var calendar = new CalendarPool("gpus", 8, time, new CalendarPoolOptions { Lead = Minutes(10) });
            using var own = new ResourceLeases(time);
            var table = new long[2000];
            List<(Booking Booking, int Start, int End)> bookings = [];
            List<(Reservation Reservation, int GiveBack)> held = [];
            for (var now = 0; now < 300; now++)
            {
                foreach (var (reservation, giveBack) in held.ToList())
                {
                    if (giveBack <= now)
                    {
                        reservation.Release();
                        held.Remove((reservation, giveBack));
                    }
                }

                var (amount, start, length) = (1 + random.Next(8), now + random.Next(60), 1 + random.Next(40));
                if (calendar.TryBook(amount, Minutes(start - now), Minutes(length), out var booking, out var fits))
                {
                    booked++;
                    bookings.Add((booking!, start, start + length));
                    for (var minute = start; minute < start + length; minute++)
                    {
                        table[minute] += amount;
                    }
                }
                else
                {
                    // It could not have been booked, unless what is held now was in the way.
                    refusedForNothing += table[start..(start + length)].Max() + amount <= 8 && start > now + 10 ? 1 : 0;
                    Assert.True(fits is null || fits > Minutes(start - now));
                }

                // Those who keep to the lead.
                if (calendar.Take(1 + random.Next(3)) is { } taken)
                {
                    held.Add((taken, now + 1 + random.Next(10)));
                }

                foreach (var entry in bookings.ToList())
                {
                    if (entry.Start <= now && entry.Booking.State == BookingState.Booked)
                    {
                        Assert.True(calendar.TryClaim(entry.Booking, own, "holder", out _), $"Seed {seed}, minute {now}: a booking was not honoured.");
                    }
                }

                Assert.InRange(calendar.Used, 0, 8);
                Assert.True(table[now] <= 8);
                time.Advance(Minutes(1));
            }
        }

        Assert.True(booked > 1000, $"Only {booked}.");
        Assert.Equal(0, refusedForNothing);
    }

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private Booking Book(long amount, double start, double length)
    {
        Assert.True(pool.TryBook(amount, Minutes(start), Minutes(length), out var booking, out _));
        return booking!;
    }

    private bool Claim(Booking booking, out ResourceLease? lease) => pool.TryClaim(booking, leases, "holder", out lease);
}
