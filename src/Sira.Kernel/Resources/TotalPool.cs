namespace Sira.Kernel.Resources;

/// <summary>An amount that is used up once and never comes back by itself: the money of a trial, the tokens of an evaluation run.</summary>
/// <remarks>Kept in memory: it lasts as long as the process, or until its limit is raised. A refusal never carries a retry time.</remarks>
public sealed class TotalPool : ResourcePool
{
    private BoundedCounter used;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">How much there is in all, in the pool's unit.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Units"/>.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public TotalPool(string name, long limit, ResourceUnit? unit = null)
        : base(name, limit, unit) => FreesWithFence = true;

    /// <inheritdoc />
    public override long Used => used.Value;

    /// <inheritdoc />
    protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
    {
        stamp = 0;
        retryAfter = null;
        return amount == 0 || used.TryAdd(amount, Limit);
    }

    /// <inheritdoc />
    protected internal override void Settle(long stamp, long reserved, long actual)
    {
        if (actual <= reserved)
        {
            used.Subtract(reserved - actual);
        }
        else
        {
            used.AddDebt(actual - reserved);
        }
    }
}
