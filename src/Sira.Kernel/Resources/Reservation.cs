using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources;

/// <summary>What one caller holds of one or several pools until it settles or releases it. The first of the two wins; later calls do nothing.</summary>
/// <remarks>Thread-safe. A reservation is held until its holder ends it, so put it in a <see langword="using"/> statement. Who waits in a queue for what it gives back continues on the thread that ends it: do not end it under a lock.</remarks>
public sealed class Reservation : IDisposable
{
    private readonly ResourceRequest[] held;
    private readonly long[] stamps;
    private int ended;

    internal Reservation(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> stamps) => (this.held, this.stamps) = (held.ToArray(), stamps.ToArray());

    /// <summary>Gets the reservation that holds nothing.</summary>
    public static Reservation Empty { get; } = new([], []);

    /// <summary>Gets what is held, in the order in which it was asked for.</summary>
    public ReadOnlySpan<ResourceRequest> Held => held;

    /// <summary>Replaces the estimates by what was used.</summary>
    /// <param name="actual">The amounts used, in the order of <see cref="Held"/>. More than was reserved becomes debt; slots come back whatever is said of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer amounts than are held, or one is negative; the reservation is still held.</exception>
    public void Settle(ReadOnlySpan<long> actual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(actual.Length, held.Length);
        foreach (var amount in actual)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(amount, nameof(actual));
        }

        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        for (var i = 0; i < held.Length; i++)
        {
            held[i].Pool.Settle(stamps[i], held[i].Amount, actual[i]);
            held[i].Pool.Unpin();
        }

        WaitingRoom.Shared.Signal(held);
    }

    /// <summary>Gives everything back unused.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            Release(held, stamps);
            WaitingRoom.Shared.Signal(held);
        }
    }

    /// <summary>Releases what has not been settled.</summary>
    public void Dispose() => Release();

    // The last taken is the first given back, so that an outer quota never looks free while an inner one is still held.
    internal static void Release(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> stamps)
    {
        for (var i = held.Length - 1; i >= 0; i--)
        {
            held[i].Pool.Release(stamps[i], held[i].Amount);
            held[i].Pool.Unpin();
        }
    }
}
