using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Leases;

namespace Sira.Kernel.Admission;

/// <summary>Where all wait whose reservations did not fit. Serves the line of a pool whenever there may be room in it.</summary>
/// <remarks>
/// <para>One room and one lock for all pools: an entry asks for several of them and moves from the line of one to that of another, so that a lock for each would need an order. It is entered only where somebody waits or has to.</para>
/// <para>Nobody is left waiting while there is room: an entry stands in its line before the attempt that may leave it there, and who frees a pool looks at the line afterwards, so one of the two sees the other.</para>
/// </remarks>
internal sealed class WaitingRoom
{
    private readonly Lock gate = new();

    // All of these are touched under the lock only.
    private readonly Queue<WaitLine> noted = new();
    private List<WaitingEntry>? ended;
    private List<PreemptionNotice>? wanted;
    private long lastTicket;
    private int depth;

    private WaitingRoom()
    {
    }

    public static WaitingRoom Shared { get; } = new();

    public static bool AnybodyWaits(ReadOnlySpan<ResourceRequest> requests)
    {
        foreach (var (pool, amount) in requests)
        {
            if (amount > 0 && pool.Live.IsWaitedFor)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells that pools may have room, of which one is waited for.</summary>
    public void Signal(ReadOnlySpan<ResourceRequest> freed)
    {
        using (Enter())
        {
            NoteAll(freed);
        }
    }

    /// <summary>Tells that a pool may have room.</summary>
    public void Signal(ResourcePool pool)
    {
        Interlocked.MemoryBarrier();
        if (pool.IsWaitedFor)
        {
            using (Enter())
            {
                Note(pool.Line);
            }
        }
    }

    /// <summary>Reserves one of several sets, or what a plan finds in the pools of all, or begins to wait. The sets are kept and changed.</summary>
    public ValueTask<QueuedReservation> ReserveAsync(AdmissionQueue queue, ReadOnlySpan<ResourceRequest[]> sets, QueueEntry how, CancellationToken cancellationToken, IPlacementPlan? plan = null)
    {
        var tenant = queue.FairShare?.Borrow(how.Tenant, how.EffectiveWeight);
        WaitingEntry? waiting = null;
        try
        {
            using (Enter())
            {
                var entry = new WaitingEntry(queue, how, tenant, ++lastTicket);
                entry.Places = PlacesOf(entry, sets, plan);
                if (!TryBeginToWait(entry, how.MaximumWait, out var outcome))
                {
                    return new ValueTask<QueuedReservation>(outcome);
                }

                waiting = entry;
            }

            return WaitAsync(waiting, cancellationToken);
        }
        finally
        {
            if (waiting is null && tenant is not null)
            {
                tenant.Owner.Return(tenant);
            }
        }
    }

    /// <summary>The timer of an entry: its deadline has come, or the time at which it may fit or is more important.</summary>
    public void Tick(WaitingEntry entry)
    {
        using (Enter())
        {
            if (!entry.IsWaiting)
            {
                return;
            }

            entry.TimerCame();
            var now = entry.Queue.Now;
            if (entry.IsToAge(now))
            {
                Age(entry);
            }

            NoteAll(entry);
            if (!entry.IsOver(now))
            {
                entry.SetTimer(now);
                return;
            }

            // What frees at the very instant of the deadline is still in time.
            ServeNoted();
            if (entry.IsWaiting)
            {
                entry.Decide(entry.Refuse(AdmissionRefusal.TimedOut));
                Leave(entry);
            }
        }
    }

    /// <summary>Enters the room. Leaving it serves the lines that were noted, and outside of it wakes those who are done.</summary>
    public Visit Enter()
    {
        gate.Enter();
        depth++;
        return new Visit(this);
    }

    private static WaitingPlace[] PlacesOf(WaitingEntry entry, ReadOnlySpan<ResourceRequest[]> sets, IPlacementPlan? plan)
    {
        var places = new WaitingPlace[sets.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new WaitingPlace(entry, i, sets[i], plan);
        }

        return places;
    }

    private static async ValueTask<QueuedReservation> WaitAsync(WaitingEntry entry, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static (state, token) => Shared.Cancel((WaitingEntry)state!, token), entry);
        try
        {
            return await entry.Task.ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
            entry.EndTimer();
            entry.Tenant?.Owner.Return(entry.Tenant);
        }
    }

    private bool TryBeginToWait(WaitingEntry entry, TimeSpan? asked, out QueuedReservation outcome)
    {
        var queue = entry.Queue;
        QueuedReservation impossible = default;
        WaitingPlace? blocked = null;
        foreach (var place in entry.Places)
        {
            // A plan looks at all its pools at once.
            outcome = default;
            place.Line = place.Plan is not null && blocked is not null ? place.Requests[0].Pool.GetOrAddLine() : WaitingAttempt.Try(place, out outcome);
            if (outcome.IsGranted)
            {
                return false;
            }

            blocked ??= place.Line is null ? null : place;
            impossible = place.Line is null ? outcome : impossible;
        }

        if (blocked is null)
        {
            outcome = impossible;
            return false;
        }

        var wait = queue.MaximumWait(asked);
        WaitingEntry? displaced = null;
        if (wait == TimeSpan.Zero || !queue.TryMakeRoom(entry, out displaced))
        {
            outcome = entry.Refuse(wait == TimeSpan.Zero ? AdmissionRefusal.TimedOut : AdmissionRefusal.Full);
            return false;
        }

        if (displaced is not null)
        {
            displaced.Decide(displaced.Refuse(AdmissionRefusal.Full));
            Leave(displaced);
        }

        outcome = default;
        entry.BeginToWait(wait);
        queue.Add(entry);
        foreach (var place in entry.Places)
        {
            if (place.Line is { } line)
            {
                line.Add(place);
                Note(line);
            }
        }

        return true;
    }

    private void Cancel(WaitingEntry entry, CancellationToken token)
    {
        using (Enter())
        {
            if (entry.IsWaiting)
            {
                entry.Cancel(token);
                Leave(entry);
            }
        }
    }

    // It stands further ahead afterwards.
    private static void Age(WaitingEntry entry)
    {
        var lines = Array.ConvertAll(entry.Places, static place => place.Line);
        RemovePlaces(entry);
        entry.Queue.Reorder(entry, static entry => entry.Age());
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i]?.Add(entry.Places[i]);
        }
    }

    private void ServeNoted()
    {
        while (noted.TryDequeue(out var line))
        {
            line.IsNoted = false;
            Serve(line);
        }
    }

    private void Serve(WaitLine line)
    {
        while (line.CallForward() is { } place)
        {
            var entry = place.Entry;
            var next = WaitingAttempt.TryOrFail(place, out var outcome);
            if (place.Line != line)
            {
                // It left from within a pool of somebody else's making.
                outcome.Reservation?.Release();
            }
            else if (next is null && outcome.Refusal is AdmissionRefusal.Impossible && IsInSeveralLines(entry))
            {
                // The other sets may still come.
                line.Remove(place);
            }
            else if (next is null)
            {
                entry.Decide(outcome);
                Remove(entry);
            }
            else if (next != line)
            {
                line.Remove(place);
                next.Add(place);
                Note(next);
            }
            else if (entry.Queue.Now is var now && entry.IsOver(now))
            {
                entry.Decide(entry.Refuse(AdmissionRefusal.TimedOut));
                Remove(entry);
            }
            else
            {
                entry.SetTimer(now);
                Preempt(place);
                return;
            }
        }
    }

    // Those who are to give back are told outside of the room.
    private void Preempt(WaitingPlace place)
    {
        if (place.Plan is null && Preemption.Choose(place.Requests, place.Entry.Priority) is { } notices)
        {
            (wanted ??= []).AddRange(notices);
        }
    }

    private static bool IsInSeveralLines(WaitingEntry entry)
    {
        var lines = 0;
        foreach (var place in entry.Places)
        {
            lines += place.Line is null ? 0 : 1;
        }

        return lines > 1;
    }

    // Whoever stood behind it may be served now.
    private void Leave(WaitingEntry entry)
    {
        NoteAll(entry);
        Remove(entry);
    }

    private void Remove(WaitingEntry entry)
    {
        if (entry.Places.Length > 1)
        {
            NoteAll(entry);
        }

        RemovePlaces(entry);
        entry.Queue.Remove(entry);
        entry.EndToWait();
        (ended ??= []).Add(entry);
    }

    private static void RemovePlaces(WaitingEntry entry)
    {
        foreach (var place in entry.Places)
        {
            place.Line?.Remove(place);
        }
    }

    private void NoteAll(WaitingEntry entry)
    {
        foreach (var place in entry.Places)
        {
            Note(place.Line);
        }
    }

    private void NoteAll(ReadOnlySpan<ResourceRequest> pools)
    {
        foreach (var (pool, _) in pools)
        {
            Note(pool.Line);
        }
    }

    private void Note(WaitLine? line)
    {
        if (line is { IsNoted: false, IsEmpty: false })
        {
            line.IsNoted = true;
            noted.Enqueue(line);
        }
    }

    private void Exit()
    {
        List<WaitingEntry>? woken = null;
        List<PreemptionNotice>? told = null;
        try
        {
            // A visit from within another, by a pool of somebody else's making, leaves the serving to the outer one.
            if (depth == 1)
            {
                ServeNoted();
                (woken, ended) = (ended, null);
                (told, wanted) = (wanted, null);
            }
        }
        finally
        {
            depth--;
            gate.Exit();
        }

        InlineCompletions.Run(woken);
        told?.ForEach(static notice => notice.Lease.Tell(notice));
    }

    /// <summary>The time between entering and leaving.</summary>
    public readonly ref struct Visit(WaitingRoom room)
    {
        public void Dispose() => room.Exit();
    }
}
