using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Requests;

namespace Sira.Gateway.Routing.Plans;

/// <summary>How the targets of a route are filtered, ordered and balanced for a request: the route's own way, with the options of rules, arm and request put over it.</summary>
/// <remarks>Immutable. A route has one for its requests without anything of their own, so that they pay nothing for this.</remarks>
internal sealed record RoutingPlan
{
    // One for each target, or null where none is excluded.
    private readonly DropReason?[]? exclusions;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="route">The route.</param>
    /// <param name="layers">The options that apply, the most specific last.</param>
    /// <param name="variant">The arm of the route's split, if it has one.</param>
    /// <param name="arm">The layer of that arm, if it is not the control.</param>
    public RoutingPlan(Route route, RoutingLayer[] layers, string? variant = null, RoutingLayer? arm = null)
    {
        (Route, Layers, Variant) = (route, layers, variant);
        (Strategy, Balancer, UnsupportedOptions, StreamRecovery) = (route.Strategy, route.Balancer, route.UnsupportedOptions, route.StreamRecovery);
        foreach (var layer in layers)
        {
            var options = layer.Options;
            Strategy = layer.Strategy ?? Strategy;
            Balancer = layer.Balancer ?? (layer.Strategy as BalancedStrategy)?.Balancer ?? Balancer;
            (Preference, PreferredBy) = layer.Preference is { } preference ? (preference, layer.Source) : (Preference, PreferredBy);
            Hedge = options.Hedge ?? Hedge;
            StreamRecovery = options.StreamRecovery ?? StreamRecovery;
            UnsupportedOptions = options.RequireParameters switch { true => UnsupportedOptionPolicy.Reject, false => UnsupportedOptionPolicy.Drop, null => UnsupportedOptions };
            MaxInputPrice = Lower(MaxInputPrice, options.MaxInputPrice);
            MaxOutputPrice = Lower(MaxOutputPrice, options.MaxOutputPrice);
        }

        LimitsPrice = MaxInputPrice is not null || MaxOutputPrice is not null;
        exclusions = FindExclusions(route.Targets, layers, arm);
    }

    public Route Route { get; }

    public RoutingLayer[] Layers { get; }

    /// <summary>The arm of the route's split that the request fell into; <see langword="null"/> without a split.</summary>
    public string? Variant { get; }

    public IRoutingStrategy Strategy { get; }

    public ILoadBalancer Balancer { get; init; }

    /// <summary>Whether of many like deployments a few neighbours are as good as all: the strategy does not tell them apart, and the balancer looks at a few only anyway.</summary>
    public bool ConsidersFew => Strategy is IModelStrategy && Balancer.Name == LoadBalancers.PowerOfTwoChoices;

    /// <summary>The rank of each target among those that are tried first, or <see langword="null"/>.</summary>
    public int[]? Preference { get; }

    /// <summary>Whose options say what is tried first.</summary>
    public string? PreferredBy { get; }

    public UnsupportedOptionPolicy UnsupportedOptions { get; }

    public IReadOnlyList<StreamRecovery> StreamRecovery { get; }

    public bool? Hedge { get; }

    public decimal? MaxInputPrice { get; }

    public decimal? MaxOutputPrice { get; }

    /// <summary>Whether a price per token is limited.</summary>
    public bool LimitsPrice { get; }

    /// <summary>The hash of what the route's affinity goes by; 0 for none.</summary>
    public ulong AffinityKey { get; init; }

    /// <summary>What providers are told to keep the beginning of the prompt under, or <see langword="null"/>.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary>Whether some targets may not be used, whatever the request is like.</summary>
    public bool HasExclusions => exclusions is not null;

    /// <summary>Why a target may not be used, whatever the request is like.</summary>
    public DropReason? ExclusionOf(int target) => exclusions?[target];

    /// <summary>The rank of a target among those that are tried first.</summary>
    public int PreferenceOf(int target) => Preference?[target] ?? RoutingLayer.NotPreferred;

    private static DropReason?[]? FindExclusions(RouteTarget[] targets, RoutingLayer[] layers, RoutingLayer? arm)
    {
        if (!Array.Exists(layers, static layer => layer.Excludes) && !Array.Exists(targets, static target => target.IsArmOnly))
        {
            return null;
        }

        var found = new DropReason?[targets.Length];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = targets[i].IsArmOnly && arm?.Names(targets[i]) != true ? DropReason.Excluded : null;
            foreach (var layer in layers)
            {
                found[i] ??= layer.ExclusionOf(i);
            }
        }

        return found;
    }

    private static decimal? Lower(decimal? left, decimal? right) => left is null || right < left ? right ?? left : left;
}
