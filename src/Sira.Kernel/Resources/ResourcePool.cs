namespace Sira.Kernel.Resources;

/// <summary>A bounded supply of something: concurrency slots, requests or tokens per window, money per window.</summary>
/// <remarks>Thread-safe and lock-free on the path of a reservation. What is reserved never exceeds the limit; what is settled beyond its reservation is debt that counts against the next.</remarks>
public abstract class ResourcePool
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes, such as <c>route 'default' money budget</c>.</param>
    /// <param name="limit">The limit, in the pool's unit.</param>
    protected ResourcePool(string name, long limit) => (Name, Limit) = (name, limit);

    /// <summary>Gets the name that a rejection quotes.</summary>
    public string Name { get; }

    /// <summary>Gets the limit, in the pool's unit.</summary>
    public long Limit { get; }

    /// <summary>Gets what is reserved or used now.</summary>
    public abstract long Used { get; }

    /// <summary>Reserves an amount, all or nothing.</summary>
    /// <param name="amount">The amount.</param>
    /// <param name="retryAfter">On refusal, the time after which it may fit, or <see langword="null"/> if unknown (a slot frees when it frees) or never (the amount exceeds the limit).</param>
    /// <returns>Whether it was reserved.</returns>
    protected internal abstract bool TryReserve(long amount, out TimeSpan? retryAfter);

    /// <summary>Replaces a reservation by what was really used.</summary>
    /// <param name="reserved">What was reserved.</param>
    /// <param name="actual">What was used; more than reserved becomes debt.</param>
    protected internal abstract void Settle(long reserved, long actual);

    /// <summary>Gives a reservation back unused.</summary>
    /// <param name="reserved">What was reserved.</param>
    protected internal void Release(long reserved) => Settle(reserved, 0);
}
