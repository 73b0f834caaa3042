using System.Collections.Concurrent;
using System.Collections.Frozen;
using Sira.Backends;

namespace Sira.Gateway.Routing;

/// <summary>Everything that requests look at, immutable and complete; a reload swaps the whole of it and requests under way finish on the old one.</summary>
internal sealed class GatewaySnapshot
{
    // Direct names come from callers, so the cache of their routes is bounded; beyond it they are built anew each time.
    private const int MaximumDirectRoutes = 1024;

    private readonly ConcurrentDictionary<string, Route> directRoutes = new(StringComparer.Ordinal);

    public required long Version { get; init; }

    public required string DefaultRoute { get; init; }

    public required IReadOnlyList<IBackend> Backends { get; init; }

    public required FrozenDictionary<string, Route> Routes { get; init; }

    public required FrozenDictionary<string, Route> EmbeddingRoutes { get; init; }

    /// <summary>Alias to target or route name.</summary>
    public required FrozenDictionary<string, string> Aliases { get; init; }

    /// <summary>Builds the route of a directly named target.</summary>
    public required Func<IReadOnlyList<(IBackend Backend, string ModelId)>, string, Route> DirectRouteFactory { get; init; }

    public Route GetDirectRoute(string name, IReadOnlyList<(IBackend Backend, string ModelId)> deployments)
    {
        if (directRoutes.TryGetValue(name, out var route))
        {
            return route;
        }

        route = DirectRouteFactory(deployments, name);
        return directRoutes.Count < MaximumDirectRoutes ? directRoutes.GetOrAdd(name, route) : route;
    }

    public Route? FindCachedDirectRoute(string name) => directRoutes.GetValueOrDefault(name);
}
