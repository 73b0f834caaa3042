using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>Knows the endpoints of services and tells when they change: a list in configuration, DNS, an orchestrator, a cluster. Implementations are thread-safe.</summary>
public interface IEndpointSource
{
    /// <summary>Gets the name by which configuration asks for this source, such as <c>dns-srv</c>.</summary>
    string Name { get; }

    /// <summary>Gives the whole list of a service's endpoints, now and after each change.</summary>
    /// <remarks>
    /// Each list replaces the one before; asked for the next, a source gives the latest and leaves out what came between. An empty list says that there are no endpoints: what is only not known must be thrown.
    /// After an exception the last list stays in force, and the source is asked anew after a while. When the sequence ends, the last list stays for good.
    /// </remarks>
    /// <param name="service">The name of the service.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The lists.</returns>
    IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> WatchAsync(string service, CancellationToken cancellationToken);
}
