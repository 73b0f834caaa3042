using Sira.Decisions;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Requests;

namespace Sira.Gateway.Routing.Plans;

/// <summary>The routing options of one origin (route, rule, arm or request), looked up against the targets of a route.</summary>
internal sealed class RoutingLayer(string source, RoutingOptions options, RouteTarget[] targets, IRoutingStrategy? strategy, ILoadBalancer? balancer)
{
    /// <summary>The rank of a target that is not preferred.</summary>
    public const int NotPreferred = int.MaxValue;

    // One for each target; null where the options exclude none.
    private readonly DropReason?[]? exclusions = FindExclusions(options, targets);

    /// <summary>Whose options these are, such as <c>the request</c>.</summary>
    public string Source => source;

    public RoutingOptions Options => options;

    public IRoutingStrategy? Strategy => strategy;

    public ILoadBalancer? Balancer => balancer;

    /// <summary>The rank of each target among the preferred ones; <see langword="null"/> where the options prefer none.</summary>
    public int[]? Preference { get; } = options.Prefer is { Count: > 0 } prefer
        ? Array.ConvertAll(targets, target => TargetMatcher.IndexOf(prefer, target) is >= 0 and var rank ? rank : NotPreferred)
        : null;

    public bool Excludes => exclusions is not null;

    /// <summary>Why a target may not be used, whatever the request is like.</summary>
    public DropReason? ExclusionOf(int target) => exclusions?[target];

    /// <summary>Whether the options name a target as one to be used: of an arm, that the target is its own.</summary>
    public bool Names(RouteTarget target) =>
        (options.Prefer is { } prefer && TargetMatcher.MatchesAny(prefer, target)) || (options.Only is { } only && TargetMatcher.MatchesAny(only, target));

    private static DropReason?[]? FindExclusions(RoutingOptions options, RouteTarget[] targets) =>
        options is { Only: null, Ignore: null, RequiredTags: null } && options.AllowFallbacks != false
            ? null
            : Array.ConvertAll(targets, target => FindExclusion(options, target));

    private static DropReason? FindExclusion(RoutingOptions options, RouteTarget target) =>
        (options.Only is { } only && !TargetMatcher.MatchesAny(only, target)) || (options.Ignore is { } ignore && TargetMatcher.MatchesAny(ignore, target)) ? DropReason.Excluded
        : options.RequiredTags is { } tags && BackendTags.FindMismatch(tags, target.Backend) is not null ? DropReason.TagMismatch
        : options.AllowFallbacks == false && target.IsFallback ? DropReason.FallbackNotAllowed
        : null;
}
