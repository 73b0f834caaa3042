using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>Those who wait for one pool, in the order in which they are served. Each stands in one line for each set of pools that it asks for: that of the pool which refused it last.</summary>
/// <remarks>
/// <para>Changed in the waiting room only.</para>
/// <para>There is one order for all lines: by priority, then by ticket. Fairness does not break it: those who share exchange their tickets, so that somebody of the tenant with the lowest share stands where the foremost of them stood, and others notice nothing.</para>
/// </remarks>
internal sealed class WaitLine(ResourcePool pool)
{
    private readonly SortedSet<LineSlot> slots = [];
    private Dictionary<(FairShare, int Priority), FairBand>? bands;

    // The band asked for last, since most lines have but one.
    private (FairShare? Owner, int Priority, FairBand? Band) last;
    private int count;

    public ResourcePool Pool { get; } = pool;

    /// <summary>Gets whether nobody stands here; may be read anywhere.</summary>
    public bool IsEmpty => Volatile.Read(ref count) == 0;

    /// <summary>Gets who stands in front, before any exchange.</summary>
    public WaitingPlace? Foremost => slots.Min?.Place;

    /// <summary>Gets or sets whether it is noted to be served.</summary>
    public bool IsNoted { get; set; }

    /// <summary>Lets the one of the tenant with the lowest share stand in front, if it is the turn of those who share, and returns who does.</summary>
    public WaitingPlace? CallForward()
    {
        var foremost = Foremost;
        if (foremost?.Entry is not { Tenant: { } tenant } entry || BandOf(tenant.Owner, entry.Priority).Preferred is not { } preferred || ReferenceEquals(preferred.Entry, entry))
        {
            return foremost;
        }

        Exchange(foremost, preferred);
        return preferred;
    }

    public void Add(WaitingPlace place)
    {
        place.Line = this;
        AddSlot(place);
        if (place.Entry.Tenant is { } tenant)
        {
            BandOf(tenant.Owner, place.Entry.Priority).Add(place);
        }

        // A full fence: whoever frees the pool after the next attempt to reserve sees that somebody waits.
        Interlocked.Increment(ref count);
    }

    public void Remove(WaitingPlace place)
    {
        place.Line = null;
        slots.Remove(place.Slot!);
        place.Slot = null;
        if (place.Entry.Tenant is { } tenant)
        {
            var band = BandOf(tenant.Owner, place.Entry.Priority);
            band.Remove(place);
            if (band.IsEmpty && bands!.Count > 1)
            {
                bands.Remove((tenant.Owner, place.Entry.Priority));
                last = default;
            }
        }

        Interlocked.Decrement(ref count);
    }

    private static void Exchange(WaitingPlace one, WaitingPlace other)
    {
        if (one.Entry.Places.Length == 1 && other.Entry.Places.Length == 1)
        {
            (one.Slot, other.Slot) = (other.Slot, one.Slot);
            one.Slot!.Place = one;
            other.Slot!.Place = other;
            (one.Entry.Ticket, other.Entry.Ticket) = (other.Entry.Ticket, one.Entry.Ticket);
            return;
        }

        RemoveSlots(one.Entry);
        RemoveSlots(other.Entry);
        (one.Entry.Ticket, other.Entry.Ticket) = (other.Entry.Ticket, one.Entry.Ticket);
        AddSlots(one.Entry);
        AddSlots(other.Entry);
    }

    private static void RemoveSlots(WaitingEntry entry)
    {
        foreach (var place in entry.Places)
        {
            place.Line?.slots.Remove(place.Slot!);
        }
    }

    private static void AddSlots(WaitingEntry entry)
    {
        foreach (var place in entry.Places)
        {
            place.Line?.AddSlot(place);
        }
    }

    private void AddSlot(WaitingPlace place)
    {
        place.Slot = new LineSlot(place.Entry.Priority, place.Entry.Ticket, place);
        slots.Add(place.Slot);
    }

    private FairBand BandOf(FairShare owner, int priority)
    {
        if (ReferenceEquals(last.Owner, owner) && last.Priority == priority)
        {
            return last.Band!;
        }

        bands ??= [];
        if (!bands.TryGetValue((owner, priority), out var band))
        {
            band = new FairBand(owner);
            bands.Add((owner, priority), band);
        }

        last = (owner, priority, band);
        return band;
    }
}
