using System.Collections.Concurrent;
using System.Collections.Frozen;
using Sira.Backends;
using Sira.Gateway.Configuration;

namespace Sira.Gateway.Routing;

/// <summary>Everything that requests look at, immutable and complete; a reload swaps the whole of it and requests under way finish on the old one.</summary>
internal sealed class GatewaySnapshot
{
    // Direct names come from callers, so the cache of their routes is bounded; beyond it they are built anew each time.
    private const int MaximumDirectRoutes = 1024;

    private readonly ConcurrentDictionary<string, Route> directRoutes = new(StringComparer.Ordinal);

    // Of their own: one name may stand for more deployments when it chats than when it embeds.
    private readonly ConcurrentDictionary<string, Route> directEmbeddingRoutes = new(StringComparer.Ordinal);

    private volatile TrialSnapshot? trial;

    public required long Version { get; init; }

    /// <summary>The snapshot that is rolled out beside this one. A field of this one, so that a request that finds none has read nothing but it.</summary>
    public TrialSnapshot? Trial
    {
        get => trial;
        set => trial = value;
    }

    /// <summary>The share of all calls that may be hedged.</summary>
    public required double MaxHedgeShare { get; init; }

    public required string DefaultRoute { get; init; }

    /// <summary>What it was put together from.</summary>
    public required SnapshotParts Parts { get; init; }

    public IReadOnlyList<IBackend> Backends => Parts.Backends;

    public required FrozenDictionary<string, Route> Routes { get; init; }

    public required FrozenDictionary<string, Route> EmbeddingRoutes { get; init; }

    /// <summary>Alias to target or route name.</summary>
    public required FrozenDictionary<string, string> Aliases { get; init; }

    /// <summary>Builds the route of a directly named target.</summary>
    public required Func<IReadOnlyList<(IBackend Backend, string ModelId)>, string, RouteKind, Route> DirectRouteFactory { get; init; }

    public Route GetDirectRoute(string name, RouteKind kind, IReadOnlyList<(IBackend Backend, string ModelId)> deployments)
    {
        var known = kind == RouteKind.Chat ? directRoutes : directEmbeddingRoutes;
        if (known.TryGetValue(name, out var route))
        {
            return route;
        }

        route = DirectRouteFactory(deployments, name, kind);
        return known.Count < MaximumDirectRoutes ? known.GetOrAdd(name, route) : route;
    }

    public Route? FindCachedDirectRoute(string name) => directRoutes.GetValueOrDefault(name);
}
