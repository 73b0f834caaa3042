using Sira.Kernel.Collections;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>Those of one tenant who wait in one <see cref="FairBand"/>, in the order in which they came.</summary>
internal sealed class FairBandTenant(FairBand band, FairTenant tenant) : IHeapItem<FairBandTenant>
{
    private WaitingPlace? last;

    public FairBand Band { get; } = band;

    public FairTenant Tenant { get; } = tenant;

    public int HeapIndex { get; set; } = -1;

    /// <summary>Gets the share by which it is ordered: what the account said when it last changed.</summary>
    public double Share { get; private set; } = tenant.Account.Share;

    public WaitingPlace? First { get; private set; }

    public bool Precedes(FairBandTenant other)
    {
        var order = Share.CompareTo(other.Share);
        return order != 0 ? order < 0 : First!.Entry.Arrival < other.First!.Entry.Arrival;
    }

    public void Refresh() => Share = Tenant.Account.Share;

    // Who comes from another line may have arrived before those who are here; all others go to the end.
    public void Add(WaitingPlace place)
    {
        var before = last;
        while (before is not null && IsAfter(before, place))
        {
            before = before.Previous;
        }

        place.Previous = before;
        place.Next = before is null ? First : before.Next;
        Relink(place, place, place);
    }

    public void Remove(WaitingPlace place)
    {
        Relink(place, place.Next, place.Previous);
        place.Previous = place.Next = null;
    }

    private static bool IsAfter(WaitingPlace place, WaitingPlace other) =>
        place.Entry.Arrival != other.Entry.Arrival ? place.Entry.Arrival > other.Entry.Arrival : place.Alternative > other.Alternative;

    // What stands before the place is followed by the one, and what stands after it follows the other.
    private void Relink(WaitingPlace place, WaitingPlace? forPrevious, WaitingPlace? forNext)
    {
        if (place.Previous is { } previous)
        {
            previous.Next = forPrevious;
        }
        else
        {
            First = forPrevious;
        }

        if (place.Next is { } next)
        {
            next.Previous = forNext;
        }
        else
        {
            last = forNext;
        }
    }
}
