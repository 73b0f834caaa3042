namespace Sira.Kernel.Registry;

/// <summary>An endpoint was cordoned: it is in no list any more, whoever goes on listing it.</summary>
/// <param name="service">The name of the service.</param>
/// <param name="endpointId">The endpoint's identity.</param>
public sealed class EndpointCordonedEventArgs(string service, string endpointId) : EventArgs
{
    /// <summary>Gets the name of the service.</summary>
    public string Service { get; } = service;

    /// <summary>Gets the endpoint's identity.</summary>
    public string EndpointId { get; } = endpointId;
}
