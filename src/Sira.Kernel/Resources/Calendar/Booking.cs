namespace Sira.Kernel.Resources.Calendar;

/// <summary>An amount of a <see cref="CalendarPool"/> that is reserved for a time to come.</summary>
public sealed class Booking : IReservationObserver
{
    internal Booking(CalendarPool pool, long number, long amount, long start, long end, long claimBy) =>
        (Pool, Number, Amount, Start, End, ClaimBy) = (pool, number, amount, start, end, claimBy);

    /// <summary>Gets the amount, in the pool's unit.</summary>
    public long Amount { get; }

    /// <summary>Gets how it stands.</summary>
    public BookingState State => Pool.StateOf(this);

    /// <summary>Gets the time until it begins; zero once it has.</summary>
    public TimeSpan StartsIn => Pool.Until(Start);

    /// <summary>Gets the time until it ends; zero once it has.</summary>
    public TimeSpan EndsIn => Pool.Until(End);

    internal CalendarPool Pool { get; }

    internal long Number { get; }

    internal long Start { get; }

    internal long End { get; }

    internal long ClaimBy { get; }

    /// <summary>Gets or sets how it stands. Under the lock of the Pool.</summary>
    internal BookingState Current { get; set; }

    /// <summary>Gives it up. Nothing happens if it was claimed or is over.</summary>
    /// <returns>Whether it was booked until now.</returns>
    public bool Cancel() => Pool.Cancel(this);

    void IReservationObserver.OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual) => Pool.End(this);
}
