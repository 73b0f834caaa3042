using Sira.Kernel.Balancing;
using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>One place that can serve calls: a model at a provider, a tool server, a storage replica. Carries its metadata, its weight, its load and its health.</summary>
/// <remarks>Thread-safe. The identity, breaker and load of an endpoint survive configuration reloads; its weight and metadata are replaced by them.</remarks>
public sealed class Endpoint
{
    private readonly Endpoint? original;
    private volatile EndpointDefinition definition;
    private double turn;

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
        Breaker = breaker;
        Load = load;
        IdHash = StableHash.Compute(definition.Id);
    }

    private Endpoint(Endpoint original, EndpointLoad load)
        : this(original.definition, original.Breaker, load) => this.original = original.original ?? original;

    /// <summary>Gets the identity, unique within its service.</summary>
    public string Id => definition.Id;

    /// <summary>Gets the relative weight; 1 unless configured.</summary>
    public double Weight => definition.Weight;

    /// <summary>Gets free-form facts such as region or provider.</summary>
    public IReadOnlyDictionary<string, string> Metadata => definition.Metadata;

    /// <summary>Gets the breaker, whose state is the endpoint's health.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>Gets the calls in flight and the latency seen.</summary>
    public EndpointLoad Load { get; }

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

    /// <summary>Takes the turn that was due, unless another caller was faster.</summary>
    internal bool TryTakeTurn(double due, double next) => Interlocked.CompareExchange(ref (original ?? this).turn, next, due) == due;

    internal void Redefine(EndpointDefinition next) => definition = next;
}
