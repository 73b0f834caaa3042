namespace Sira.Kernel.Resources.Quotas;

/// <summary>What is held of all levels of a path.</summary>
/// <remarks>A value; the default holds nothing. Dispose of it, or of its <see cref="Reservation"/>, when the work is done.</remarks>
public readonly struct QuotaReservation : IDisposable
{
    private readonly QuotaLimits? limits;
    private readonly int kinds;

    internal QuotaReservation(Reservation reservation, QuotaLimits limits, int kinds) => (Reservation, this.limits, this.kinds) = (reservation, limits, kinds);

    /// <summary>Gets the reservation: first the quotas, outermost level first, then whatever else was asked for with them. <see langword="null"/> when nothing is held.</summary>
    public Reservation? Reservation { get; }

    /// <summary>Replaces the estimates by what was used, on every level.</summary>
    /// <param name="actual">The amount used of each kind, in the order of <see cref="QuotaTree.Kinds"/>, followed by those of whatever else was asked for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer amounts, or one is negative; everything is still held.</exception>
    public void Settle(ReadOnlySpan<long> actual)
    {
        if (Reservation is not { } reservation || limits is null)
        {
            return;
        }

        var levels = limits.Kinds;
        var others = reservation.Held.Length - levels.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(actual.Length, kinds + others);
        var amounts = reservation.Held.Length <= RequestBuffer.Length ? stackalloc long[reservation.Held.Length] : new long[reservation.Held.Length];
        for (var i = 0; i < levels.Length; i++)
        {
            amounts[i] = actual[levels[i]];
        }

        actual[kinds..].CopyTo(amounts[levels.Length..]);
        reservation.Settle(amounts);
    }

    /// <summary>Releases what has not been settled.</summary>
    public void Dispose() => Reservation?.Release();
}
