using Sira.Decisions;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Selection.Rules;
using Sira.Gateway.Selection.Splits;
using Sira.Gateway.Shadow;
using Sira.Gateway.Strategies;
using Sira.Gateway.Targets;
using Sira.Kernel.Balancing;
using Sira.Kernel.Registry;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Routing;

/// <summary>A route as requests use it: immutable, everything looked up.</summary>
internal sealed class Route
{
    public Route(string name, RouteTarget[] targets, IRoutingStrategy strategy, ILoadBalancer balancer, RouteOptions options, UnknownPricePolicy unknownPrice, RoutePool[] pools, RoutePolicies policies, RouteState state)
    {
        (Name, Targets, Strategy, Balancer, Budgets, Mix) = (name, targets, strategy, (strategy as BalancedStrategy)?.Balancer ?? balancer, new RouteBudgets(pools), state.Mix);
        Endpoints = Array.ConvertAll(targets, static target => target.Endpoint);
        (Retry, Timeouts, Hedging, Queue, State) = (options.Retry, options.Timeouts, options.Hedging, options.Queue, state);
        Runs = TargetRun.Of(targets);
        StreamEndpoints = Array.ConvertAll(targets, static target => target.StreamEndpoint);
        (UnsupportedOptions, UnknownPrice, FallBackOnContentPolicy) = (options.UnsupportedOptions, unknownPrice, options.FallBackOnContentPolicy);
        (MaxBreakerWait, StaticAnswer, StreamRecovery) = (options.MaxBreakerWait, options.StaticAnswer, [.. options.StreamRecovery]);
        RequestBudget = options.Request.ToBudget();
        (Rules, Split, Affinity, PromptCaching) = (policies.Rules, policies.Split, options.Affinity, options.PromptCaching);
        IsConditional = Budgets.ChangesRouting || Rules.Length > 0 || Split is not null || Affinity is not AffinityMode.None || PromptCaching is not PromptCachingMode.Off;
        LastTier = targets.Length == 0 ? FallbackKind.None : targets.Max(static target => target.Fallback);
        HasConditionalFallbacks = Array.Exists(targets, static target => target.Fallback is FallbackKind.ContextWindow or FallbackKind.ContentPolicy);
        Plan = new RoutingPlan(this, policies.Layer is { } layer ? [layer] : []);
        Window = RouteWindow.Of(targets, Plan.Layers);
        Split?.Bind(this);
        LimitsMoney = RequestBudget.MaxCost is not null || Array.Exists(pools, static pool => pool.Kind == RoutePoolKind.Money);
    }

    public string Name { get; }

    /// <summary>The route's own targets first, then its fallbacks.</summary>
    public RouteTarget[] Targets { get; }

    /// <summary>The targets' endpoints, in the same order, as balancers want them.</summary>
    public Endpoint[] Endpoints { get; }

    /// <summary>The same with the latencies of streams.</summary>
    public Endpoint[] StreamEndpoints { get; }

    /// <summary>The targets by runs that no filter tells apart, in the same order.</summary>
    public TargetRun[] Runs { get; }

    /// <summary>How long the answers of this route are.</summary>
    public TokenMix Mix { get; }
    /// <summary>How requests are routed to which nothing else applies than the route's own options.</summary>
    public RoutingPlan Plan { get; }

    /// <summary>How much a call may hold for every target to take it.</summary>
    public ContextWindow Window { get; }

    public CompiledRule[] Rules { get; }

    public TrafficSplit? Split { get; }

    public AffinityMode Affinity { get; }

    public PromptCachingMode PromptCaching { get; }

    /// <summary>Whether what a request is like decides how it is routed, so that <see cref="Plan"/> does not hold for all.</summary>
    public bool IsConditional { get; }

    /// <summary>The last kind of fallback that the route has.</summary>
    public FallbackKind LastTier { get; }

    /// <summary>Whether some fallbacks are eligible only after something has happened.</summary>
    public bool HasConditionalFallbacks { get; }

    public IRoutingStrategy Strategy { get; }

    public ILoadBalancer Balancer { get; }

    /// <summary>The shared budgets: the route's own and those of all routes.</summary>
    public RouteBudgets Budgets { get; }

    public RetryOptions Retry { get; }

    public TimeoutOptions Timeouts { get; }

    public QueueOptions Queue { get; }

    /// <summary>Where its calls are mirrored to, if they are.</summary>
    public ShadowRoute? Shadow { get; init; }

    /// <summary>The text to answer with when nobody else can.</summary>
    public string? StaticAnswer { get; }

    /// <summary>What outlives a reload.</summary>
    public RouteState State { get; }

    public HedgingOptions Hedging { get; }

    public UnsupportedOptionPolicy UnsupportedOptions { get; }

    public UnknownPricePolicy UnknownPrice { get; }

    public bool FallBackOnContentPolicy { get; }

    /// <summary>How long a call waits for a breaker to let a probe through when all are open; zero to try the soonest at once.</summary>
    public TimeSpan MaxBreakerWait { get; }

    public IReadOnlyList<StreamRecovery> StreamRecovery { get; }

    public RequestBudget RequestBudget { get; }

    public bool LimitsMoney { get; }
}
