using Sira.Kernel.Admission;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Resources.Usage;

namespace Sira.Kernel.Resources;

/// <summary>A bounded supply of something: concurrency slots, requests or tokens per window, money per window.</summary>
/// <remarks>Thread-safe and lock-free on the path of a reservation. What is reserved never exceeds the limit; what is settled beyond its reservation is debt that counts against the next. Reserve through <see cref="ResourceScheduler"/>, which takes several pools at once and gives everything back when one refuses.</remarks>
public abstract class ResourcePool
{
    private const int Retired = int.MinValue;

    private long limit;
    private WaitLine? line;
    private PreemptibleHolders? preemptible;
    private UsageSeries? usage;

    // Of a pool that belongs to a family: whose it is, and by how many reservations it is held.
    private ResourcePoolFamily? family;
    private string? key;
    private int pins;

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

    /// <summary>Gets whether an amount is free again as soon as its holder ends, whatever he has used: true of slots, false of what is used up.</summary>
    public virtual bool ReturnsWhenEnded => false;

    /// <summary>Changes the limit and keeps what is used, as when a configuration is reloaded. A limit below <see cref="Used"/> refuses reservations until enough has left; whoever waits in a queue for what a higher one gives continues on this thread.</summary>
    /// <param name="value">The new limit, in the pool's unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public void ChangeLimit(long value)
    {
        SetLimit(value);
        SignalRoom();
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

    /// <summary>Tells those who wait in a queue that there may be room. Call it from a pool of your own that gets room other than by the end of a reservation or another limit, and not under a lock: they continue on this thread.</summary>
    protected internal void SignalRoom() => WaitingRoom.Shared.Signal(this);

    internal bool IsWaitedFor => Line is { IsEmpty: false };

    /// <summary>Gets whether somebody waits who may not see what has just been given back, so that he is to be told.</summary>
    internal bool IsWaitedForNow
    {
        get
        {
            if (!FreesWithFence)
            {
                Interlocked.MemoryBarrier();
            }

            return IsWaitedFor;
        }
    }

    /// <summary>Gets whether whatever <see cref="Settle"/> gives back, it gives back with a full fence. A pool of somebody else's making may not.</summary>
    internal bool FreesWithFence { get; private protected init; }

    internal WaitLine? Line => Volatile.Read(ref line);

    internal WaitLine GetOrAddLine() => Line ?? Interlocked.CompareExchange(ref line, new WaitLine(this), null) ?? line;

    /// <summary>Gets or sets where it is noted what settled reservations have used.</summary>
    internal UsageSeries? Usage
    {
        get => Volatile.Read(ref usage);
        set => Volatile.Write(ref usage, value);
    }

    internal PreemptibleHolders? Preemptible => Volatile.Read(ref preemptible);

    internal PreemptibleHolders GetOrAddPreemptible() => Preemptible ?? Interlocked.CompareExchange(ref preemptible, new PreemptibleHolders(), null) ?? preemptible;

    // For those who hold a lock: they signal after it.
    internal void SetLimit(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Volatile.Write(ref limit, value);
    }

    /// <summary>Gets the pool to reserve from: this one, unless its family has let it go and has another by now.</summary>
    internal ResourcePool Live
    {
        get
        {
            var pool = this;
            while (Volatile.Read(ref pool.pins) < 0)
            {
                pool = pool.family!.Renew(pool.key!);
            }

            return pool;
        }
    }

    internal void Join(ResourcePoolFamily owner, string memberKey) => (family, key) = (owner, memberKey);

    /// <summary>Holds the pool in its family while a reservation lasts.</summary>
    /// <returns>Whether it is still the family's.</returns>
    internal bool TryPin() => family is null || TryPinMember();

    private bool TryPinMember()
    {
        var seen = Volatile.Read(ref pins);
        while (seen >= 0)
        {
            var before = Interlocked.CompareExchange(ref pins, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    internal void Unpin()
    {
        if (family is not null)
        {
            Interlocked.Decrement(ref pins);
        }
    }

    /// <summary>Lets the pool go if nobody would notice: nothing is used, no reservation is held and nobody waits. Called under the lock of its family.</summary>
    internal bool TryRetire()
    {
        if (Volatile.Read(ref pins) != 0 || !IsUnused() || Interlocked.CompareExchange(ref pins, Retired, 0) != 0)
        {
            return false;
        }

        // From here on nobody reserves from it; what was reserved and ended meanwhile shows.
        if (IsUnused())
        {
            return true;
        }

        Volatile.Write(ref pins, 0);
        return false;

        bool IsUnused() => !IsWaitedFor && Used == 0;
    }
}
