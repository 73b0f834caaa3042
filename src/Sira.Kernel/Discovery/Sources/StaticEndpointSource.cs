using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>Endpoints that do not change.</summary>
/// <param name="name">The name of the source.</param>
/// <param name="endpoints">The endpoints of each service; of a service that is not there, none.</param>
public sealed class StaticEndpointSource(string name, IReadOnlyDictionary<string, IReadOnlyList<EndpointDefinition>> endpoints) : IEndpointSource
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> WatchAsync(string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        yield return endpoints.TryGetValue(service, out var found) ? found : [];
    }
}
