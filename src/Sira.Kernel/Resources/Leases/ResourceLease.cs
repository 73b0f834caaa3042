using Sira.Kernel.Collections;

namespace Sira.Kernel.Resources.Leases;

/// <summary>A reservation that is taken back unless its holder renews it in time, so that a holder that crashed does not keep it for ever.</summary>
/// <remarks>Thread-safe. What happens to it first decides: settling, releasing, expiring or being preempted. Dispose of it when the work is done.</remarks>
public sealed class ResourceLease : IHeapItem<ResourceLease>, IReservationObserver, IDisposable
{
    private readonly ResourceLeases owner;
    private readonly Reservation reservation;
    private int state;
    private int debtBooked;

    internal ResourceLease(ResourceLeases owner, Reservation reservation, string holder, PreemptionTerms? terms, long number, long grantedAt) =>
        (this.owner, this.reservation, Holder, Terms, Number, GrantedAt) = (owner, reservation, holder, terms, number, grantedAt);

    /// <summary>Gets who holds it: what a log or a message shows.</summary>
    public string Holder { get; }

    /// <summary>Gets how it stands.</summary>
    public LeaseState State => (LeaseState)Volatile.Read(ref state);

    /// <summary>Gets what it holds, or held.</summary>
    public ReadOnlySpan<ResourceRequest> Held => reservation.Held;

    /// <summary>Gets why it is wanted back; <see langword="null"/> while nobody more important waits for it.</summary>
    public PreemptionNotice? Notice { get; internal set; }

    /// <summary>Gets the time left until it is taken back; zero when it is not held any more.</summary>
    public TimeSpan TimeLeft => owner.TimeLeft(this);

    int IHeapItem<ResourceLease>.HeapIndex { get; set; } = -1;

    internal PreemptionTerms? Terms { get; }

    internal long Number { get; }

    internal long GrantedAt { get; }

    /// <summary>Gets or sets when it is taken back. Under the lock of the owner.</summary>
    internal long Deadline { get; set; }

    /// <summary>Gets or sets beyond when it is not prolonged: the end of a booking.</summary>
    internal long LastDeadline { get; set; } = long.MaxValue;

    /// <summary>Prolongs it, counted from now. Never shortens it.</summary>
    /// <param name="duration">By how much; <see langword="null"/> means <see cref="ResourceLeaseOptions.Duration"/>.</param>
    /// <returns>Whether it is held for that time; <see langword="false"/> when it has ended or been taken back, is to be given back for something more important, or is that of a booking that ends before: it is then held for <see cref="TimeLeft"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not positive or above <see cref="ResourceLeaseOptions.MaximumDuration"/>.</exception>
    public bool TryRenew(TimeSpan? duration = null) => owner.TryRenew(this, duration);

    /// <summary>Replaces the estimates by what was used, and ends the lease.</summary>
    /// <remarks>When the lease was taken back before, what it had reserved has been counted as used. What was used beyond that is then booked as debt; what was not used is not given back, since others may have been refused for it.</remarks>
    /// <param name="actual">The amounts used, in the order of <see cref="Held"/>.</param>
    /// <returns>Whether it was still held.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer amounts than are held, or one is negative; the lease is still held.</exception>
    public bool TrySettle(ReadOnlySpan<long> actual)
    {
        Reservation.Check(Held, actual);
        var was = (LeaseState)Interlocked.CompareExchange(ref state, (int)LeaseState.Ended, (int)LeaseState.Held);
        if (was == LeaseState.Held)
        {
            reservation.Settle(actual);
            return true;
        }

        if (was != LeaseState.Ended)
        {
            BookDebt(actual);
        }

        return false;
    }

    /// <summary>Gives everything back unused, unless it has ended already.</summary>
    public void Dispose()
    {
        if (TryEnd(LeaseState.Ended))
        {
            reservation.Release();
        }
    }

    bool IHeapItem<ResourceLease>.Precedes(ResourceLease other) => Deadline < other.Deadline;

    void IReservationObserver.OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual)
    {
        // Also when somebody has ended the reservation past the lease.
        TryEnd(LeaseState.Ended);
        owner.Forget(this);
    }

    internal bool TryWant(PreemptionNotice notice) => owner.TryWant(this, notice);

    internal void Tell(PreemptionNotice notice) => owner.Tell(notice);

    internal bool TryEnd(LeaseState next) => Interlocked.CompareExchange(ref state, (int)next, (int)LeaseState.Held) == (int)LeaseState.Held;

    /// <summary>Gives back what is held for a time and counts the rest as used: nobody knows what the holder did, and what is not known is not taken for nothing.</summary>
    internal void TakeBack()
    {
        var held = reservation.Held;
        var amounts = new long[held.Length];
        for (var i = 0; i < amounts.Length; i++)
        {
            amounts[i] = held[i].Amount;
        }

        reservation.Settle(amounts);
    }

    // Once: whoever settles twice after the end owes it once.
    private void BookDebt(ReadOnlySpan<long> actual)
    {
        if (Interlocked.CompareExchange(ref debtBooked, 1, 0) != 0)
        {
            return;
        }

        var held = reservation.Held;
        for (var i = 0; i < held.Length; i++)
        {
            var pool = held[i].Pool.Live;
            if (!pool.ReturnsWhenEnded && actual[i] > held[i].Amount)
            {
                pool.Settle(stamp: 0, reserved: 0, actual: actual[i] - held[i].Amount);
            }
        }
    }
}
