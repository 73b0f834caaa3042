using Sira.Kernel.Errors;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>Thrown when no endpoint of a service could serve a call.</summary>
public sealed class EndpointUnavailableException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="message">What was tried and what to change.</param>
    /// <param name="tried">The identities of the endpoints that were called, in order.</param>
    /// <param name="innerException">What they threw.</param>
    public EndpointUnavailableException(string service, string message, IReadOnlyList<string> tried, Exception? innerException = null)
        : base(message, innerException) => (Service, Tried) = (service, tried);

    /// <summary>Gets the name of the service.</summary>
    public string Service { get; }

    /// <summary>Gets the identities of the endpoints that were called, in order; none when there was none to call.</summary>
    public IReadOnlyList<string> Tried { get; }
}
