namespace Sira.Kernel.Resources;

/// <summary>A bounded supply of something: concurrency slots, requests or tokens per window, money per window.</summary>
/// <remarks>Thread-safe and lock-free on the path of a reservation. What is reserved never exceeds the limit; what is settled beyond its reservation is debt that counts against the next. Reserve through <see cref="ResourceScheduler"/>, which takes several pools at once and gives everything back when one refuses.</remarks>
public abstract class ResourcePool
{
    private long limit;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes, such as <c>route 'default' money budget</c>.</param>
    /// <param name="limit">The limit, in the pool's unit; 0 refuses everything but 0.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Units"/>.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    protected ResourcePool(string name, long limit, ResourceUnit? unit = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        Name = name;
        this.limit = limit;
        Unit = unit ?? ResourceUnit.Units;
    }

    /// <summary>Gets the name that a rejection quotes.</summary>
    public string Name { get; }

    /// <summary>Gets what is counted.</summary>
    public ResourceUnit Unit { get; }

    /// <summary>Gets the limit, in the pool's unit.</summary>
    public long Limit => Volatile.Read(ref limit);

    /// <summary>Gets what is reserved or used now. Exceeds <see cref="Limit"/> only through debt or after the limit was lowered; never negative.</summary>
    public abstract long Used { get; }

    /// <summary>Gets what may still be reserved now; never negative.</summary>
    public long Available => Math.Max(0, Limit - Used);

    /// <summary>Changes the limit and keeps what is used, as when a configuration is reloaded. A limit below <see cref="Used"/> refuses reservations until enough has left.</summary>
    /// <param name="value">The new limit, in the pool's unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public void ChangeLimit(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Volatile.Write(ref limit, value);
    }

    /// <summary>Reserves an amount, all or nothing. An amount of 0 always fits, whatever is owed: what costs nothing is not stopped by an empty budget.</summary>
    /// <param name="amount">The amount; the scheduler has checked that it is not negative.</param>
    /// <param name="clock">The instant of the reservation, shared by all its pools.</param>
    /// <param name="stamp">A mark of the pool's own, such as the window in which the amount is counted; handed back to <see cref="Settle"/>.</param>
    /// <param name="retryAfter">On refusal, the time after which it fits if nothing else is reserved meanwhile, or <see langword="null"/> if unknown (a slot frees when it frees) or never (the amount exceeds the limit).</param>
    /// <returns>Whether it was reserved.</returns>
    protected internal abstract bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter);

    /// <summary>Replaces a reservation by what was really used. Called once for each reservation; must not throw.</summary>
    /// <param name="stamp">The mark that <see cref="TryReserve"/> gave.</param>
    /// <param name="reserved">What was reserved.</param>
    /// <param name="actual">What was used, not negative; more than reserved becomes debt.</param>
    protected internal abstract void Settle(long stamp, long reserved, long actual);

    /// <summary>Gives a reservation back unused.</summary>
    /// <param name="stamp">The mark that <see cref="TryReserve"/> gave.</param>
    /// <param name="reserved">What was reserved.</param>
    protected internal void Release(long stamp, long reserved) => Settle(stamp, reserved, 0);
}
