namespace Sira.Kernel.Admission;

/// <summary>A place in a line, and who stands on it. The places are ordered once and for all; those of one <see cref="Fairness.FairShare"/> may exchange who stands on which.</summary>
internal sealed class LineSlot(int priority, long ticket, WaitingPlace place) : IComparable<LineSlot>
{
    public int Priority { get; } = priority;

    public WaitingPlace Place { get; set; } = place;

    // One entry may ask for several sets that lack the same pool.
    private int Alternative { get; } = place.Alternative;

    public int CompareTo(LineSlot? other)
    {
        var order = other!.Priority.CompareTo(Priority);
        order = order != 0 ? order : ticket.CompareTo(other.Ticket);
        return order != 0 ? order : Alternative.CompareTo(other.Alternative);
    }

    public long Ticket => ticket;
}
