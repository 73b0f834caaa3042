using Sira.Kernel.Configuration;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Time;

namespace Sira.Kernel.Resources.Calendar;

/// <summary>Slots that can be reserved now, as those of a <see cref="ConcurrencyPool"/>, and booked ahead for a time to come.</summary>
/// <remarks>
/// <para>Thread-safe; takes a short lock. What is booked at any one time never exceeds the limit, and neither does what is held now together with what is booked to begin within <see cref="CalendarPoolOptions.Lead"/>. Who holds a reservation longer than that delays whoever booked: claiming is refused until it is given back, and nothing is over-committed.</para>
/// <para>A booking is claimed between its beginning and <see cref="CalendarPoolOptions.ClaimWithin"/> after it, and is then a lease that ends with the booking: it lasts that long without being renewed, and cannot be renewed beyond it. When it is not claimed in time, others may have the room.</para>
/// <para>Times are kept by the monotonic clock: a booking in two hours begins in two hours, whatever the wall clock does meanwhile.</para>
/// </remarks>
public sealed class CalendarPool : ResourcePool, IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private readonly BookingProfile profile = new();
    private readonly Lock gate = new();
    private readonly CalendarPoolOptions options;
    private readonly MonotonicClock clock;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly long lead;

    // What is held without an end, and what is held of claimed bookings.
    private long open;
    private long claimed;
    private long lastNumber;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">How many slots there are.</param>
    /// <param name="time">The clock; only its monotonic timestamp and its timers are used.</param>
    /// <param name="options">How room is kept; <see langword="null"/> means the defaults.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Slots"/>.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public CalendarPool(string name, long limit, TimeProvider time, CalendarPoolOptions? options = null, ResourceUnit? unit = null)
        : base(name, limit, unit ?? ResourceUnit.Slots)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.options = options ?? CalendarPoolOptions.Default;
        var errors = new ConfigurationErrors();
        this.options.Validate("CalendarPool", errors);
        errors.ThrowIfAny();
        this.time = time;
        clock = new MonotonicClock(time);
        lead = clock.ToTimestamps(this.options.Lead);
        timer = time.CreateTimer(static state => ((CalendarPool)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public override long Used
    {
        get
        {
            lock (gate)
            {
                return open + claimed;
            }
        }
    }

    /// <inheritdoc />
    public override bool ReturnsWhenEnded => true;

    /// <summary>Gets how many bookings there are that are not over.</summary>
    public int Bookings
    {
        get
        {
            lock (gate)
            {
                Expire(clock.Now);
                return profile.Count;
            }
        }
    }

    /// <summary>Books an amount for a time to come.</summary>
    /// <param name="amount">The amount; at least 1.</param>
    /// <param name="startsIn">In what time it begins; zero for now.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="fitsIn">Otherwise, the first time from <paramref name="startsIn"/> on at which it would fit as things stand; <see langword="null"/> if it never does within <see cref="CalendarPoolOptions.Horizon"/>, or too many are booked.</param>
    /// <returns>Whether it was booked.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount or the duration is not positive, the beginning is in the past, or the end is beyond <see cref="CalendarPoolOptions.Horizon"/>.</exception>
    public bool TryBook(long amount, TimeSpan startsIn, TimeSpan duration, out Booking? booking, out TimeSpan? fitsIn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(startsIn, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, options.Horizon);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startsIn, options.Horizon - duration);
        booking = null;
        fitsIn = null;
        lock (gate)
        {
            var now = clock.Now;
            Expire(now);
            var start = MonotonicClock.Add(now, clock.ToTimestamps(startsIn));
            var length = clock.ToTimestamps(duration);
            if (profile.Count >= options.MaximumBookings || amount > Limit)
            {
                return false;
            }

            if (!Fits(amount, start, start + length, now))
            {
                fitsIn = FirstFit(amount, start, length, now);
                return false;
            }

            var claimBy = Math.Min(start + length, start + clock.ToTimestamps(options.ClaimWithin));
            booking = new Booking(this, ++lastNumber, amount, start, start + length, claimBy);
            profile.Add(booking);
            Arm(now);
            return true;
        }
    }

    /// <summary>Turns a booking whose time has come into a lease, which ends with it however long that is: <see cref="ResourceLeaseOptions.MaximumDuration"/> bounds what holders ask for, not what was booked.</summary>
    /// <param name="booking">The booking.</param>
    /// <param name="leases">What the lease belongs to.</param>
    /// <param name="holder">Who holds it, for logs and messages.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>Whether it was claimed; <see langword="false"/> when it has not begun, is over, was claimed or cancelled, or when those who hold longer than <see cref="CalendarPoolOptions.Lead"/> have not given back yet. It may then be tried again as long as it is booked.</returns>
    /// <exception cref="ArgumentException">The booking is another pool's, or the holder is blank; it is kept.</exception>
    /// <exception cref="InvalidOperationException"><see cref="ResourceLeaseOptions.MaximumLeases"/> are held; the booking is kept.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="leases"/> was disposed of; the booking is kept.</exception>
    public bool TryClaim(Booking booking, ResourceLeases leases, string holder, out ResourceLease? lease)
    {
        ArgumentNullException.ThrowIfNull(booking);
        ArgumentNullException.ThrowIfNull(leases);
        if (!ReferenceEquals(booking.Pool, this))
        {
            throw new ArgumentException($"The booking is one of the pool '{booking.Pool.Name}', not of '{Name}'. Claim it there.", nameof(booking));
        }

        lease = null;
        TimeSpan left;
        lock (gate)
        {
            var now = clock.Now;
            Expire(now);
            if (booking.Current != BookingState.Booked || booking.Start > now || open + claimed + booking.Amount > Limit)
            {
                return false;
            }

            booking.Current = BookingState.Claimed;
            claimed += booking.Amount;
            left = clock.ToTimeSpan(booking.End - now);
        }

        var reservation = new Reservation([new ResourceRequest(this, booking.Amount)], [booking.Number]);
        reservation.TryObserve(booking);
        try
        {
            lease = leases.GrantFinal(reservation, holder, left);
            return true;
        }
        catch
        {
            Unclaim(booking);
            throw;
        }
    }

    /// <summary>Stops the timer. Bookings that are not claimed then expire when somebody next looks.</summary>
    public void Dispose() => timer.Dispose();

    /// <inheritdoc />
    protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
    {
        stamp = 0;
        retryAfter = null;
        if (amount == 0)
        {
            return true;
        }

        var now = this.clock.At(clock.GetTimestamp(time));
        lock (gate)
        {
            Expire(now);

            // A claimed booking counts as booked until it ends; one that has overrun its end is still held.
            var kept = profile.Count == 0 ? 0 : profile.Peak(now, MonotonicClock.Add(now, lead + 1));
            if (amount > Limit - open - Math.Max(kept, claimed))
            {
                return false;
            }

            open += amount;
            return true;
        }
    }

    /// <inheritdoc />
    protected internal override void Settle(long stamp, long reserved, long actual)
    {
        lock (gate)
        {
            if (stamp == 0)
            {
                open -= reserved;
            }
            else
            {
                claimed -= reserved;
            }
        }
    }

    internal BookingState StateOf(Booking booking)
    {
        lock (gate)
        {
            Expire(clock.Now);
            return booking.Current;
        }
    }

    internal TimeSpan Until(long instant) => clock.ToTimeSpan(instant - clock.Now);

    internal bool Cancel(Booking booking)
    {
        lock (gate)
        {
            Expire(clock.Now);
            if (booking.Current != BookingState.Booked)
            {
                return false;
            }

            booking.Current = BookingState.Cancelled;
            profile.Remove(booking);
        }

        SignalRoom();
        return true;
    }

    internal void End(Booking booking)
    {
        lock (gate)
        {
            booking.Current = BookingState.Ended;
            profile.Remove(booking);
        }
    }

    // The reservation that nobody was given is let go of without ending it: its end would be the booking's.
    private void Unclaim(Booking booking)
    {
        lock (gate)
        {
            booking.Current = BookingState.Booked;
            claimed -= booking.Amount;
            var now = clock.Now;
            Expire(now);
            Arm(now);
        }

        SignalRoom();
    }

    private bool Fits(long amount, long start, long end, long now)
    {
        // Of what is held without an end, nothing is expected to be held after the lead.
        var held = start <= MonotonicClock.Add(now, lead) ? open : 0;
        return amount <= Limit - held - profile.Peak(start, end) && (start > now || amount <= Limit - open - claimed);
    }

    private TimeSpan? FirstFit(long amount, long start, long length, long now)
    {
        var last = now + clock.ToTimestamps(options.Horizon) - length;
        foreach (var instant in profile.EndsAfter(start).Append(MonotonicClock.Add(now, lead + 1)).Order())
        {
            if (instant > start && instant <= last && Fits(amount, instant, instant + length, now))
            {
                return clock.ToTimeSpan(instant - now);
            }
        }

        return null;
    }

    private void Expire(long now)
    {
        for (var i = profile.Count - 1; i >= 0; i--)
        {
            var booking = profile.Bookings[i];
            if (booking.Current == BookingState.Booked && booking.ClaimBy <= now)
            {
                booking.Current = BookingState.Expired;
                profile.Remove(booking);
            }
        }
    }

    private void Tick()
    {
        lock (gate)
        {
            var now = clock.Now;
            Expire(now);
            Arm(now);
        }

        SignalRoom();
    }

    // For those who wait for what is not claimed.
    private void Arm(long now)
    {
        var next = long.MaxValue;
        foreach (var booking in profile.Bookings)
        {
            next = booking.Current == BookingState.Booked ? Math.Min(next, booking.ClaimBy) : next;
        }

        if (next != long.MaxValue)
        {
            var due = clock.ToTimeSpan(next - now);
            timer.Change(due < ShortestTimer ? ShortestTimer : due > LongestTimer ? LongestTimer : due, Timeout.InfiniteTimeSpan);
        }
    }
}
