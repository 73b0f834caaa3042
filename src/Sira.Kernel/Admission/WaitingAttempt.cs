using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>The attempt to reserve what somebody waits for, without passing those who stand before him in any line.</summary>
/// <remarks>Made in the waiting room only.</remarks>
internal static class WaitingAttempt
{
    private const int MostPlans = 4;

    /// <summary>Tries to reserve one of the sets that an entry asks for.</summary>
    /// <param name="place">The set.</param>
    /// <param name="outcome">What came of it: granted, or impossible.</param>
    /// <returns>In which line to wait; <see langword="null"/> when it is decided.</returns>
    public static WaitLine? Try(WaitingPlace place, out QueuedReservation outcome)
    {
        outcome = default;
        if (place.Plan is not null)
        {
            return TryPlan(place, out outcome);
        }

        var entry = place.Entry;
        var requests = place.Requests;
        WaitLine? barred = null;
        for (var i = 0; i < requests.Length; i++)
        {
            var (pool, amount) = requests[i] = requests[i] with { Pool = requests[i].Pool.Live };
            if (Exceeds(requests, pool))
            {
                outcome = entry.Refuse(AdmissionRefusal.Impossible, new ResourceRejection(pool, amount, pool.Used, null));
                return null;
            }

            if (barred is null && amount > 0 && IsBarred(entry, pool))
            {
                barred = pool.Line;
            }
        }

        if (barred is not null)
        {
            return barred;
        }

        if (ResourceScheduler.TryTake(requests, tellWaiting: false, out var reservation, out var rejection))
        {
            outcome = Grant(entry, reservation, place.Alternative);
            return null;
        }

        place.Reject(rejection);
        return rejection.Pool.GetOrAddLine();
    }

    /// <summary>The same, where what others have made throws: whoever asked is told, the others wait on.</summary>
    public static WaitLine? TryOrFail(WaitingPlace place, out QueuedReservation outcome)
    {
        try
        {
            return Try(place, out outcome);
        }
        catch (Exception exception)
        {
            place.Entry.Fail(exception);
            outcome = default;
            return null;
        }
    }

    private static WaitLine? TryPlan(WaitingPlace place, out QueuedReservation outcome)
    {
        outcome = default;
        var entry = place.Entry;
        var own = place.Requests[0].Pool;
        // Who does not wait may take what the plan counted on; what is left may still do.
        for (var attempt = 0; attempt < MostPlans && place.Plan!.Place(pool => IsBarred(entry, pool)) is { } requests; attempt++)
        {
            if (ResourceScheduler.TryTake(requests, tellWaiting: false, out var reservation, out _))
            {
                outcome = Grant(entry, reservation, alternative: 0);
                return null;
            }
        }

        if (place.Plan!.IsImpossible)
        {
            outcome = entry.Refuse(AdmissionRefusal.Impossible, new ResourceRejection(own, place.Requests[0].Amount, own.Used, null));
            return null;
        }

        return own.GetOrAddLine();
    }

    private static bool IsBarred(WaitingEntry entry, ResourcePool pool) =>
        pool.Line?.Foremost?.Entry is { } foremost && !ReferenceEquals(foremost, entry)
        && (foremost.Priority != entry.Priority ? foremost.Priority > entry.Priority : foremost.Ticket < entry.Ticket);

    private static QueuedReservation Grant(WaitingEntry entry, Reservation reservation, int alternative)
    {
        try
        {
            entry.Tenant?.Owner.Charge(entry.Tenant, reservation);
        }
        catch
        {
            reservation.Release();
            throw;
        }

        return entry.Grant(reservation, alternative);
    }

    private static bool Exceeds(ResourceRequest[] requests, ResourcePool pool)
    {
        var left = pool.Limit;
        foreach (var (other, amount) in requests)
        {
            if (ReferenceEquals(other, pool))
            {
                if (amount > left)
                {
                    return true;
                }

                left -= amount;
            }
        }

        return false;
    }
}
