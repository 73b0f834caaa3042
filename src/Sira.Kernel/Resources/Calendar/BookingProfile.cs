namespace Sira.Kernel.Resources.Calendar;

/// <summary>How much is booked at which time.</summary>
/// <remarks>Used under the lock of its pool. Every question goes through all bookings, of which there are at most as many as the options allow.</remarks>
internal sealed class BookingProfile
{
    private readonly List<Booking> bookings = [];

    // Of the question that is being answered: where the amount changes.
    private readonly List<(long At, long Change)> changes = [];

    public int Count => bookings.Count;

    public IReadOnlyList<Booking> Bookings => bookings;

    public void Add(Booking booking) => bookings.Add(booking);

    public void Remove(Booking booking) => bookings.Remove(booking);

    /// <summary>Returns the most that is booked at any one time from an instant to another.</summary>
    public long Peak(long from, long to)
    {
        changes.Clear();
        foreach (var booking in bookings)
        {
            if (booking.Start < to && booking.End > from)
            {
                changes.Add((Math.Max(booking.Start, from), booking.Amount));
                changes.Add((booking.End, -booking.Amount));
            }
        }

        // At one instant, what ends makes room for what begins.
        changes.Sort();
        long peak = 0, sum = 0;
        foreach (var (at, change) in changes)
        {
            sum += change;
            peak = at < to ? Math.Max(peak, sum) : peak;
        }

        return peak;
    }

    /// <summary>Returns the instants at which something ends, after an instant and in order: at no other does more fit than before.</summary>
    public IEnumerable<long> EndsAfter(long instant) => bookings.Select(static booking => booking.End).Where(end => end > instant).Distinct().Order();
}
