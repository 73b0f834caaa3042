using System.Runtime.CompilerServices;
using Sira.Kernel.Balancing;
using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>One place that can serve calls: a model at a provider, a tool server, a storage replica. Carries its metadata, its weight, its load and its health.</summary>
/// <remarks>Thread-safe. The identity, breaker and load of an endpoint survive configuration reloads; its weight and metadata are replaced by them.</remarks>
public sealed class Endpoint
{
    /// <summary>The signals that forbid new calls.</summary>
    internal const EndpointSignals OutOfService = EndpointSignals.Draining | EndpointSignals.ProbeFailing | EndpointSignals.LeaseLapsed;

    // What a check calls degraded still answers; a quarter of its share keeps it in use without leaning on it.
    private const double DegradedShare = 0.25;

    private readonly Endpoint? original;
    private volatile EndpointDefinition definition;
    private double weight;
    private double turn;
    private int signals;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="definition">Identity, weight and metadata.</param>
    /// <param name="breaker">The endpoint's health.</param>
    /// <param name="load">The endpoint's load.</param>
    public Endpoint(EndpointDefinition definition, CircuitBreaker breaker, EndpointLoad load)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(breaker);
        ArgumentNullException.ThrowIfNull(load);
        this.definition = definition;
        weight = definition.Weight;
        Breaker = breaker;
        Load = load;
        IdHash = StableHash.Compute(definition.Id);
    }

    private Endpoint(Endpoint original, EndpointLoad load)
        : this(original.definition, original.Breaker, load) => this.original = original.original ?? original;

    /// <summary>Gets the identity, unique within its service.</summary>
    public string Id => definition.Id;

    /// <summary>Gets the relative weight; 1 unless configured.</summary>
    public double Weight => Volatile.Read(ref weight);

    /// <summary>Gets the priority level, 0 being the first.</summary>
    public int Priority => definition.Priority;

    /// <summary>Gets where calls go, if the definition says so.</summary>
    public Uri? Address => definition.Address;

    /// <summary>Gets where the endpoint is, if that is known.</summary>
    public Locality? Locality => definition.Locality;

    /// <summary>Gets the tags.</summary>
    public IReadOnlySet<string> Tags => definition.Tags;

    /// <summary>Gets free-form facts such as provider or version.</summary>
    public IReadOnlyDictionary<string, string> Metadata => definition.Metadata;

    /// <summary>Gets what is known against the endpoint, beside what its breaker learns from calls.</summary>
    public EndpointSignals Signals => (EndpointSignals)Volatile.Read(ref (original ?? this).signals);

    /// <summary>Gets whether no signal forbids new calls; the breaker may still refuse them.</summary>
    public bool IsInService => (Signals & OutOfService) == 0;

    /// <summary>Gets the health: draining before all else, then what signals say, then what the breaker says.</summary>
    public EndpointHealth Health
    {
        get
        {
            var seen = Signals;
            if ((seen & EndpointSignals.Draining) != 0)
            {
                return EndpointHealth.Draining;
            }

            if ((seen & OutOfService) != 0)
            {
                return EndpointHealth.Unhealthy;
            }

            return Breaker.HealthFactor switch
            {
                <= 0 => EndpointHealth.Unhealthy,
                >= 1 when (seen & EndpointSignals.ProbeDegraded) == 0 => EndpointHealth.Healthy,
                _ => EndpointHealth.Degraded,
            };
        }
    }

    /// <summary>Gets the breaker: what calls have taught of the endpoint.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>Gets the calls in flight and the latency seen.</summary>
    public EndpointLoad Load { get; }

    /// <summary>Gets what is told of changes of health; the registry's endpoints have one.</summary>
    internal HealthEpoch? Observers { get; init; }

    /// <summary>Gets the share of its weight that the endpoint should get now, from 0 to 1.</summary>
    internal double HealthFactor
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var seen = Volatile.Read(ref (original ?? this).signals);
            return seen == 0 ? Breaker.HealthFactor : FactorOf((EndpointSignals)seen);
        }
    }

    /// <summary>Gets the definition in force.</summary>
    internal EndpointDefinition Definition => definition;

    /// <summary>Gets the hash of the identity, the endpoint's place in consistent hashing.</summary>
    internal ulong IdHash { get; }

    /// <summary>Gets the virtual time at which round-robin owes the endpoint its next turn.</summary>
    internal double Turn => Volatile.Read(ref (original ?? this).turn);

    /// <summary>Makes a view of the endpoint for calls of a kind that is measured apart from others, such as streams beside whole answers.</summary>
    /// <param name="load">The load that balancers are to see.</param>
    /// <returns>An endpoint with the identity, weight and metadata of now, and with the breaker and the turns of this one.</returns>
    public Endpoint WithLoad(EndpointLoad load) => new(this, load);

    /// <summary>Takes the endpoint out of service: calls in flight finish, no new ones begin. Returns at once; see <see cref="DrainAsync"/>.</summary>
    public void BeginDrain() => Signal(EndpointSignals.Draining, raise: true);

    /// <summary>Puts the endpoint back into service.</summary>
    public void EndDrain() => Signal(EndpointSignals.Draining, raise: false);

    /// <summary>Takes the endpoint out of service and waits until the calls in flight have ended. The endpoint stays out of service until <see cref="EndDrain"/>.</summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="cancellationToken">Ends the waiting; the endpoint goes on draining.</param>
    /// <returns>Whether all calls ended in time.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<bool> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        BeginDrain();
        return (original ?? this).Load.WaitUntilIdleAsync(timeout, cancellationToken);
    }

    /// <summary>Takes the turn that was due, unless another caller was faster.</summary>
    internal bool TryTakeTurn(double due, double next) => Interlocked.CompareExchange(ref (original ?? this).turn, next, due) == due;

    internal void Redefine(EndpointDefinition next)
    {
        definition = next;
        Volatile.Write(ref weight, next.Weight);
    }

    /// <summary>Raises or clears signals.</summary>
    /// <returns>Whether that changed anything.</returns>
    internal bool Signal(EndpointSignals which, bool raise)
    {
        var holder = original ?? this;
        var before = raise ? Interlocked.Or(ref holder.signals, (int)which) : Interlocked.And(ref holder.signals, ~(int)which);
        var changed = raise ? (before & (int)which) != (int)which : (before & (int)which) != 0;
        if (changed)
        {
            holder.Observers?.Advance();
        }

        return changed;
    }

    private double FactorOf(EndpointSignals seen) => (seen & OutOfService) != 0 ? 0 : DegradedShare * Breaker.HealthFactor;
}
