namespace Sira.Kernel.Resources;

/// <summary>Slots that are held while something runs and are free again when it ends: calls in flight, GPU slots, open connections.</summary>
/// <remarks>Settling frees the slots whatever it says was used, because nothing stays used after the call. Nobody knows when a slot frees, so a refusal never carries a retry time.</remarks>
public sealed class ConcurrencyPool : ResourcePool
{
    private BoundedCounter held;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">How many slots there are.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Slots"/>.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public ConcurrencyPool(string name, long limit, ResourceUnit? unit = null)
        : base(name, limit, unit ?? ResourceUnit.Slots) => FreesWithFence = true;

    /// <inheritdoc />
    public override long Used => held.Value;

    /// <inheritdoc />
    public override bool ReturnsWhenEnded => true;

    /// <inheritdoc />
    protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
    {
        stamp = 0;
        retryAfter = null;
        return amount == 0 || held.TryAdd(amount, Limit);
    }

    /// <inheritdoc />
    protected internal override void Settle(long stamp, long reserved, long actual) => held.Subtract(reserved);
}
