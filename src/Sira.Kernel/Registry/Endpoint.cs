using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>One place that can serve calls: a model at a provider, a tool server, a storage replica. Carries its metadata, its weight, its load and its health.</summary>
/// <remarks>Thread-safe. The identity, breaker and load of an endpoint survive configuration reloads; its weight and metadata are replaced by them.</remarks>
public sealed class Endpoint
{
    private volatile EndpointDefinition definition;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="definition">Identity, weight and metadata.</param>
    /// <param name="breaker">The endpoint's health.</param>
    /// <param name="load">The endpoint's load.</param>
    public Endpoint(EndpointDefinition definition, CircuitBreaker breaker, EndpointLoad load)
    {
        this.definition = definition;
        Breaker = breaker;
        Load = load;
    }

    /// <summary>Gets the identity, unique within the registry.</summary>
    public string Id => definition.Id;

    /// <summary>Gets the relative weight; 1 unless configured.</summary>
    public double Weight => definition.Weight;

    /// <summary>Gets free-form facts such as region or provider.</summary>
    public IReadOnlyDictionary<string, string> Metadata => definition.Metadata;

    /// <summary>Gets the breaker, whose state is the endpoint's health.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>Gets the calls in flight and the latency seen.</summary>
    public EndpointLoad Load { get; }

    internal void Redefine(EndpointDefinition next) => definition = next;
}
