using System.Runtime.CompilerServices;
using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources;

/// <summary>Reserves from several pools at once: all of them or none.</summary>
/// <remarks>Thread-safe and without state of its own. Pools are taken one after the other; when one refuses, what was taken before is given back, so that for a moment another caller may be refused what would have been free. Nothing is ever granted beyond a limit.</remarks>
public sealed class ResourceScheduler
{
    /// <summary>Reserves every amount or nothing. Nested quotas are several requests: organisation, tenant, user, key.</summary>
    /// <param name="requests">What is asked, outermost quota first. A pool may be named more than once.</param>
    /// <param name="reservation">What is then held; <see cref="Reservation.Empty"/> when refused or when nothing was asked.</param>
    /// <param name="rejection">Otherwise, which pool refused and why.</param>
    /// <returns>Whether everything was reserved.</returns>
    /// <exception cref="ArgumentException">A request names no pool; nothing is held.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An amount is negative; nothing is held.</exception>
    public bool TryReserve(ReadOnlySpan<ResourceRequest> requests, out Reservation reservation, out ResourceRejection rejection)
    {
        Check(requests);
        if (requests.IsEmpty)
        {
            (reservation, rejection) = (Reservation.Empty, default);
            return true;
        }

        return TryTake(requests, tellWaiting: true, out reservation, out rejection);
    }

    /// <summary>Reserves every amount, at once if there is room and nobody has waited longer for it, and otherwise as soon as there is.</summary>
    /// <remarks>
    /// <para>Who waits for the same pool is served strictly in order, by priority and then by arrival, whatever queue he waits in, and nobody is served before the one ahead of him, however little he asks for. Who waits for one pool does not keep others from another. <see cref="TryReserve"/> never waits and does not look who does.</para>
    /// <para>What waits continues on the thread that makes room: that ends a reservation, raises a limit, cancels, or fires the timer; never under a lock. Where nobody waits, nothing is allocated but the reservation and no lock is taken.</para>
    /// </remarks>
    /// <param name="requests">What is asked, outermost quota first. A pool may be named more than once. Copied when it has to wait.</param>
    /// <param name="queue">Where to wait.</param>
    /// <param name="entry">With which priority and for how long.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The reservation, or why there is none.</returns>
    /// <exception cref="ArgumentException">A request names no pool; nothing is held.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An amount, a weight, or the time to wait, is negative; nothing is held.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held. The task ends so.</exception>
    public ValueTask<QueuedReservation> ReserveAsync(ReadOnlySpan<ResourceRequest> requests, AdmissionQueue queue, QueueEntry entry = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        Check(requests);
        entry.ThrowIfInvalid();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<QueuedReservation>(cancellationToken);
        }

        return TryTakeAtOnce(requests, alternative: 0, queue, entry, out var granted)
            ? new ValueTask<QueuedReservation>(granted)
            : WaitingRoom.Shared.ReserveAsync(queue, [requests.ToArray()], entry, cancellationToken);
    }

    /// <summary>Reserves one of several sets, whichever has room first: the first of them that has it now, and otherwise the first that gets it.</summary>
    /// <remarks>It waits in the order that <see cref="ReserveAsync"/> describes, for all sets at once and with one place in the queue. A set that asks for more than a whole limit is left out; it is impossible only when all are.</remarks>
    /// <param name="sets">What is asked, the preferred first. Copied when it has to wait.</param>
    /// <param name="queue">Where to wait.</param>
    /// <param name="entry">With which priority and for how long.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The reservation and which set it is, or why there is none.</returns>
    /// <exception cref="ArgumentException">There is no set, or a request names no pool; nothing is held.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An amount, a weight, or the time to wait, is negative; nothing is held.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held. The task ends so.</exception>
    public ValueTask<QueuedReservation> ReserveAnyAsync(ReadOnlySpan<ResourceRequest[]> sets, AdmissionQueue queue, QueueEntry entry = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (sets.IsEmpty)
        {
            throw new ArgumentException("There is nothing to wait for: name at least one set of requests.", nameof(sets));
        }

        foreach (var set in sets)
        {
            ArgumentNullException.ThrowIfNull(set, nameof(sets));
            Check(set);
        }

        entry.ThrowIfInvalid();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<QueuedReservation>(cancellationToken);
        }

        for (var i = 0; i < sets.Length; i++)
        {
            if (TryTakeAtOnce(sets[i], i, queue, entry, out var granted))
            {
                return new ValueTask<QueuedReservation>(granted);
            }
        }

        var copies = new ResourceRequest[sets.Length][];
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i] = sets[i].AsSpan().ToArray();
        }

        return WaitingRoom.Shared.ReserveAsync(queue, copies, entry, cancellationToken);
    }

    // Without state, so that one does for all who have none at hand.
    internal static ResourceScheduler Shared { get; } = new();

    /// <summary>Reserves every amount or nothing, of requests that have been checked.</summary>
    /// <param name="requests">What is asked.</param>
    /// <param name="tellWaiting">Whether those who wait are told when something is given back, which they may have been refused for as long as it was held.</param>
    /// <param name="reservation">What is then held.</param>
    /// <param name="rejection">Otherwise, which pool refused and why.</param>
    /// <param name="observer">Who is told of its end.</param>
    /// <returns>Whether everything was reserved.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // Within a caller that keeps a buffer of its own on the stack it is a sixth slower.
    internal static bool TryTake(ReadOnlySpan<ResourceRequest> requests, bool tellWaiting, out Reservation reservation, out ResourceRejection rejection, IReservationObserver? observer = null)
    {
        reservation = Reservation.Empty;
        rejection = default;
        var buffer = default(StampBuffer);
        var stamps = requests.Length <= StampBuffer.Length ? (Span<long>)buffer : new long[requests.Length];
        var clock = default(ReservationClock);
        var taken = 0;
        ResourcePool? pinned = null;
        var complete = false;
        try
        {
            for (; taken < requests.Length; taken++)
            {
                while (!requests[taken].Pool.TryPin())
                {
                    requests = WithLivePool(requests, taken);
                }

                (pinned, var amount) = requests[taken];
                if (!pinned.TryReserve(amount, ref clock, out stamps[taken], out var retryAfter))
                {
                    rejection = new ResourceRejection(pinned, amount, pinned.Used, retryAfter);
                    return false;
                }

                pinned = null;
            }

            reservation = new Reservation(requests, stamps[..taken], observer);
            complete = true;
            return true;
        }
        finally
        {
            // Also when a pool of somebody else's making throws.
            if (!complete)
            {
                pinned?.Unpin();
                if (Reservation.Release(requests[..taken], stamps[..taken]) && tellWaiting)
                {
                    WaitingRoom.Shared.Signal(requests[..taken]);
                }
            }
        }
    }

    private static bool TryTakeAtOnce(ReadOnlySpan<ResourceRequest> requests, int alternative, AdmissionQueue queue, in QueueEntry entry, out QueuedReservation granted)
    {
        granted = default;
        if (requests.IsEmpty)
        {
            granted = QueuedReservation.Granted(Reservation.Empty, alternative, TimeSpan.Zero);
            return true;
        }

        if (WaitingRoom.AnybodyWaits(requests) || !TryTake(requests, tellWaiting: true, out var reservation, out _))
        {
            return false;
        }

        if (queue.FairShare is { } fairShare)
        {
            try
            {
                fairShare.Charge(entry.Tenant, entry.EffectiveWeight, reservation);
            }
            catch
            {
                // A policy of somebody else's making threw.
                reservation.Release();
                throw;
            }
        }

        granted = QueuedReservation.Granted(reservation, alternative, TimeSpan.Zero);
        return true;
    }

    // The family of the pool let it go between handing it out and now.
    private static ResourceRequest[] WithLivePool(ReadOnlySpan<ResourceRequest> requests, int index)
    {
        var copy = requests.ToArray();
        copy[index] = copy[index] with { Pool = copy[index].Pool.Live };
        return copy;
    }

    internal static void Check(ReadOnlySpan<ResourceRequest> requests)
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

    // On the stack, and not by 'stackalloc': a method with one is compiled once, before it is known which pools it meets.
    [InlineArray(Length)]
    private struct StampBuffer
    {
        public const int Length = 32;

#pragma warning disable IDE0044, IDE0051, CS0169 // The compiler repeats it.
        private long first;
#pragma warning restore IDE0044, IDE0051, CS0169
    }
}
