using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Shadow;
using Sira.Gateway.Strategies;
using Sira.Gateway.Targets;
using Sira.Kernel.Balancing;
using Sira.Kernel.Registry;
using Sira.Requests;

namespace Sira.Gateway.Routing;

/// <summary>A route as requests use it: immutable, everything looked up.</summary>
internal sealed class Route
{
    public Route(string name, RouteTarget[] targets, IRoutingStrategy strategy, ILoadBalancer balancer, RouteOptions options, RoutePool[] pools, RouteState state)
    {
        (Name, Targets, Strategy, Balancer, Pools, Mix) = (name, targets, strategy, (strategy as BalancedStrategy)?.Balancer ?? balancer, pools, state.Mix);
        Endpoints = Array.ConvertAll(targets, static target => target.Endpoint);
        (Retry, Timeouts, Hedging, Queue, State) = (options.Retry, options.Timeouts, options.Hedging, options.Queue, state);
        StreamEndpoints = Array.ConvertAll(targets, static target => target.StreamEndpoint);
        (UnsupportedOptions, UnknownPrice, FallBackOnContentPolicy) = (options.UnsupportedOptions, options.UnknownPrice, options.FallBackOnContentPolicy);
        (MaxBreakerWait, StaticAnswer, StreamRecovery) = (options.MaxBreakerWait, options.StaticAnswer, [.. options.StreamRecovery]);
        RequestBudget = options.Request.ToBudget();
        LimitsMoney = RequestBudget.MaxCost is not null || Array.Exists(pools, static pool => pool.Kind == RoutePoolKind.Money);
    }

    public string Name { get; }

    /// <summary>The route's own targets first, then its fallbacks.</summary>
    public RouteTarget[] Targets { get; }

    /// <summary>The targets' endpoints, in the same order, as balancers want them.</summary>
    public Endpoint[] Endpoints { get; }

    /// <summary>The same with the latencies of streams.</summary>
    public Endpoint[] StreamEndpoints { get; }

    /// <summary>How long the answers of this route are.</summary>
    public TokenMix Mix { get; }

    public IRoutingStrategy Strategy { get; }

    public ILoadBalancer Balancer { get; }

    public RoutePool[] Pools { get; }

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
