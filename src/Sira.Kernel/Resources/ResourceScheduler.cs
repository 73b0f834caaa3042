namespace Sira.Kernel.Resources;

/// <summary>Reserves from several pools at once: all of them or none.</summary>
/// <remarks>Thread-safe and without state of its own. Pools are taken one after the other; when one refuses, what was taken before is given back, so that for a moment another caller may be refused what would have been free. Nothing is ever granted beyond a limit.</remarks>
public sealed class ResourceScheduler
{
    private const int StampsOnStack = 32;

    /// <summary>Reserves every amount or nothing. Nested quotas are several requests: organisation, tenant, user, key.</summary>
    /// <param name="requests">What is asked, outermost quota first. A pool may be named more than once.</param>
    /// <param name="reservation">What is then held; <see cref="Reservation.Empty"/> when refused or when nothing was asked.</param>
    /// <param name="rejection">Otherwise, which pool refused and why.</param>
    /// <returns>Whether everything was reserved.</returns>
    /// <exception cref="ArgumentException">A request names no pool; nothing is held.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An amount is negative; nothing is held.</exception>
    public bool TryReserve(ReadOnlySpan<ResourceRequest> requests, out Reservation reservation, out ResourceRejection rejection)
    {
        reservation = Reservation.Empty;
        rejection = default;
        if (requests.IsEmpty)
        {
            return true;
        }

        Check(requests);
        var stamps = requests.Length <= StampsOnStack ? stackalloc long[StampsOnStack] : new long[requests.Length];
        var clock = default(ReservationClock);
        var taken = 0;
        var complete = false;
        try
        {
            for (; taken < requests.Length; taken++)
            {
                var (pool, amount) = requests[taken];
                if (!pool.TryReserve(amount, ref clock, out stamps[taken], out var retryAfter))
                {
                    rejection = new ResourceRejection(pool, amount, pool.Used, retryAfter);
                    return false;
                }
            }

            reservation = new Reservation(requests, stamps[..taken]);
            complete = true;
            return true;
        }
        finally
        {
            // Also when a pool of somebody else's making throws.
            if (!complete)
            {
                Reservation.Release(requests[..taken], stamps[..taken]);
            }
        }
    }

    private static void Check(ReadOnlySpan<ResourceRequest> requests)
    {
        foreach (var (pool, amount) in requests)
        {
            if (pool is null)
            {
                throw new ArgumentException("A resource request names no pool.", nameof(requests));
            }

            ArgumentOutOfRangeException.ThrowIfNegative(amount, nameof(requests));
        }
    }
}
