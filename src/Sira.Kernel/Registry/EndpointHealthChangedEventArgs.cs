using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>A change of an endpoint's health.</summary>
/// <param name="service">The service.</param>
/// <param name="endpoint">The endpoint.</param>
/// <param name="change">What its breaker did.</param>
public sealed class EndpointHealthChangedEventArgs(string service, Endpoint endpoint, CircuitStateChangedEventArgs change) : EventArgs
{
    /// <summary>Gets the name of the service that the endpoint belongs to.</summary>
    public string Service { get; } = service;

    /// <summary>Gets the endpoint.</summary>
    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>Gets what its breaker did.</summary>
    public CircuitStateChangedEventArgs Change { get; } = change;
}
