using Sira.Kernel.Health;
using Sira.Kernel.Health.Detection;
using Sira.Kernel.Time;

namespace Sira.Kernel.Registry.Leases;

/// <summary>An endpoint that is registered for as long as its holder renews it. Disposing gives it back: the endpoint is removed.</summary>
/// <remarks>Thread-safe. Renewing is a store, and takes no lock unless a failure detector judges the rhythm.</remarks>
public sealed class EndpointLease : IDisposable
{
    private readonly EndpointLeases owner;
    private readonly CircuitBreakerOptions breaker;
    private readonly PhiAccrualDetector? detector;
    private readonly long timeToLive;
    private readonly long removeAfter;
    private long renewedAt;
    private int state;

    internal EndpointLease(EndpointLeases owner, string service, EndpointOrigin origin, EndpointDefinition definition, LeaseOptions options, CircuitBreakerOptions breaker)
    {
        (this.owner, Service, Origin, Definition, Options, this.breaker) = (owner, service, origin, definition, options, breaker);
        detector = options.FailureDetector is { } detection ? new PhiAccrualDetector(detection, owner.Time, owner.Stalls) : null;
        timeToLive = owner.Stalls.ToTimestamps(options.TimeToLive);
        removeAfter = options.RemoveAfter == Timeout.InfiniteTimeSpan ? long.MaxValue : owner.Stalls.ToTimestamps(options.RemoveAfter);
        Entry = new TimerWheelEntry(this);
        renewedAt = owner.Stalls.Read().Now;
    }

    /// <summary>Gets the name of the service.</summary>
    public string Service { get; }

    /// <summary>Gets the identity of the endpoint.</summary>
    public string EndpointId => Definition.Id;

    /// <summary>Gets the options.</summary>
    public LeaseOptions Options { get; }

    /// <summary>Gets the state.</summary>
    public LeaseState State => (LeaseState)Volatile.Read(ref state);

    /// <summary>Gets how strongly the holder is suspected of having failed, as φ of its renewals; <see langword="null"/> without a failure detector.</summary>
    public double? Phi => detector?.Phi;

    internal EndpointOrigin Origin { get; }

    internal EndpointDefinition Definition { get; private set; }

    internal TimerWheelEntry Entry { get; }

    /// <summary>Gets or sets when the lease lapsed.</summary>
    internal long LapsedAt { get; set; }

    /// <summary>Gets or sets the lease that took the endpoint over. Set before this one ends.</summary>
    internal EndpointLease? Successor { get; set; }

    /// <summary>Gets when the lease lapses if it is not renewed, in time without stalls.</summary>
    internal long LapsesAt
    {
        get
        {
            var at = MonotonicClock.Add(Volatile.Read(ref renewedAt), timeToLive);
            return detector is null ? at : Math.Min(at, MonotonicClock.Add(owner.Stalls.Read().Now, owner.Stalls.ToTimestamps(detector.Remaining)));
        }
    }

    /// <summary>Renews the lease. One that has lapsed is active again.</summary>
    /// <returns>Whether the lease still exists. <see langword="false"/> means that it has ended: register anew, unless somebody else holds the endpoint now or it was drained.</returns>
    public bool Renew()
    {
        if (State == LeaseState.Ended)
        {
            return false;
        }

        Volatile.Write(ref renewedAt, owner.Stalls.Read().Now);
        if (detector is not null)
        {
            detector.Heartbeat();
            owner.Reschedule(this);
        }

        // After the renewal is written: whoever lapses the lease at this moment looks at it once more.
        Interlocked.MemoryBarrier();
        if (State == LeaseState.Lapsed)
        {
            owner.Revive(this);
        }

        return State != LeaseState.Ended;
    }

    /// <summary>Replaces what is known of the endpoint. Does not renew the lease.</summary>
    /// <param name="definition">The new definition, of the same identity.</param>
    /// <returns>Whether the lease still exists.</returns>
    /// <exception cref="ArgumentException">The identity is another one.</exception>
    public bool Update(EndpointDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Id != EndpointId)
        {
            throw new ArgumentException($"The lease is that of endpoint '{EndpointId}', not of '{definition.Id}'. Register another lease for another endpoint.", nameof(definition));
        }

        if (State == LeaseState.Ended)
        {
            return false;
        }

        Definition = definition;
        Publish();
        return State != LeaseState.Ended;
    }

    /// <summary>Gives the endpoint back: it is removed, calls in flight finish on it. To let them finish first, drain it before.</summary>
    public void Dispose() => owner.End(this);

    internal void Publish()
    {
        owner.Registry.Update(Service, Origin, [Definition], breaker);
        if (State != LeaseState.Ended)
        {
            return;
        }

        // Ended meanwhile: what was just published must not outlive it, nor hide what its successor published.
        if (Successor is { } successor)
        {
            successor.Publish();
        }
        else
        {
            Withdraw();
        }
    }

    internal void Withdraw() => owner.Registry.Update(Service, Origin, [], breaker);

    /// <summary>Moves from one state to another.</summary>
    /// <returns>Whether it was in that state.</returns>
    internal bool TryMove(LeaseState from, LeaseState to) => Interlocked.CompareExchange(ref state, (int)to, (int)from) == (int)from;

    /// <summary>Gets when a lapsed lease ends.</summary>
    internal long EndsAt(long lapsedAt) => MonotonicClock.Add(lapsedAt, removeAfter);
}
