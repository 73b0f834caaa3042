using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources;

/// <summary>What one caller holds of one or several pools until it settles or releases it. The first of the two wins; later calls do nothing.</summary>
/// <remarks>Thread-safe. A reservation is held until its holder ends it, so put it in a <see langword="using"/> statement. Who waits in a queue for what it gives back continues on the thread that ends it: do not end it under a lock.</remarks>
public sealed class Reservation : IDisposable
{
    private readonly ResourceRequest[] held;
    private readonly long[] stamps;

    // Who is told of the end; 'Over' afterwards.
    private IReservationObserver? observer;

    internal Reservation(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> stamps, IReservationObserver? observer = null) =>
        (this.held, this.stamps, this.observer) = (held.ToArray(), stamps.ToArray(), observer);

    /// <summary>Gets the reservation that holds nothing. It has ended from the beginning, so that nobody waits for that: it is the same for all.</summary>
    public static Reservation Empty { get; } = new([], [], Over.Instance);

    /// <summary>Gets what is held, in the order in which it was asked for.</summary>
    public ReadOnlySpan<ResourceRequest> Held => held;

    /// <summary>Replaces the estimates by what was used.</summary>
    /// <param name="actual">The amounts used, in the order of <see cref="Held"/>. More than was reserved becomes debt; slots come back whatever is said of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer amounts than are held, or one is negative; the reservation is still held.</exception>
    public void Settle(ReadOnlySpan<long> actual)
    {
        Check(held, actual);
        if (!TryEnd(out var told))
        {
            return;
        }

        var isWaitedFor = false;
        for (var i = 0; i < held.Length; i++)
        {
            var (pool, reserved) = held[i];
            pool.Settle(stamps[i], reserved, actual[i]);
            pool.Usage?.Add(actual[i]);
            isWaitedFor |= pool.IsWaitedForNow;
            pool.Unpin();
        }

        told?.OnEnded(held, actual);
        if (isWaitedFor)
        {
            WaitingRoom.Shared.Signal(held);
        }
    }

    /// <summary>Gives everything back unused.</summary>
    public void Release()
    {
        if (TryEnd(out var told))
        {
            var isWaitedFor = Release(held, stamps);
            told?.OnEnded(held, default);
            if (isWaitedFor)
            {
                WaitingRoom.Shared.Signal(held);
            }
        }
    }

    /// <summary>Releases what has not been settled.</summary>
    public void Dispose() => Release();

    internal static void Check(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(actual.Length, held.Length);
        foreach (var amount in actual)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(amount, nameof(actual));
        }
    }

    /// <summary>Lets somebody be told of the end.</summary>
    /// <returns>Whether he will be; <see langword="false"/> when it has ended already.</returns>
    internal bool TryObserve(IReservationObserver next)
    {
        var seen = Volatile.Read(ref observer);
        while (!ReferenceEquals(seen, Over.Instance))
        {
            var before = Interlocked.CompareExchange(ref observer, seen is null ? next : new ReservationObservers(seen, next), seen);
            if (ReferenceEquals(before, seen))
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    private bool TryEnd(out IReservationObserver? told)
    {
        told = Interlocked.Exchange(ref observer, Over.Instance);
        return !ReferenceEquals(told, Over.Instance);
    }

    /// <summary>Gives back what was taken.</summary>
    /// <returns>Whether somebody waits for it.</returns>
    // The last taken is the first given back, so that an outer quota never looks free while an inner one is still held.
    internal static bool Release(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> stamps)
    {
        var isWaitedFor = false;
        for (var i = held.Length - 1; i >= 0; i--)
        {
            var (pool, amount) = held[i];
            pool.Release(stamps[i], amount);
            isWaitedFor |= pool.IsWaitedForNow;
            pool.Unpin();
        }

        return isWaitedFor;
    }

    private sealed class Over : IReservationObserver
    {
        public static Over Instance { get; } = new();

        public void OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual)
        {
        }
    }
}
