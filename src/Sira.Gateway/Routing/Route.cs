using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Kernel.Registry;
using Sira.Requests;

namespace Sira.Gateway.Routing;

/// <summary>A route as requests use it: immutable, everything looked up.</summary>
internal sealed class Route
{
    public Route(string name, RouteTarget[] targets, IRoutingStrategy strategy, ILoadBalancer balancer, RouteOptions options, UnknownPricePolicy unknownPrice, RoutePool[] pools)
    {
        (Name, Targets, Strategy, Balancer, Budgets) = (name, targets, strategy, balancer, new RouteBudgets(pools));
        Endpoints = Array.ConvertAll(targets, static target => target.Endpoint);
        (Retry, Timeouts) = (options.Retry, options.Timeouts);
        (UnsupportedOptions, UnknownPrice, FallBackOnContentPolicy) = (options.UnsupportedOptions, unknownPrice, options.FallBackOnContentPolicy);
        (MaxBreakerWait, StreamRecovery) = (options.MaxBreakerWait, [.. options.StreamRecovery]);
        RequestBudget = options.Request.ToBudget();
        LimitsMoney = RequestBudget.MaxCost is not null || Array.Exists(pools, static pool => pool.Kind == RoutePoolKind.Money);
    }

    public string Name { get; }

    /// <summary>The route's own targets first, then its fallbacks.</summary>
    public RouteTarget[] Targets { get; }

    /// <summary>The targets' endpoints, in the same order, as balancers want them.</summary>
    public Endpoint[] Endpoints { get; }

    public IRoutingStrategy Strategy { get; }

    public ILoadBalancer Balancer { get; }

    /// <summary>The shared budgets: the route's own and those of all routes.</summary>
    public RouteBudgets Budgets { get; }

    public RetryOptions Retry { get; }

    public TimeoutOptions Timeouts { get; }

    public UnsupportedOptionPolicy UnsupportedOptions { get; }

    public UnknownPricePolicy UnknownPrice { get; }

    public bool FallBackOnContentPolicy { get; }

    /// <summary>How long a call waits for a breaker to let a probe through when all are open; zero to try the soonest at once.</summary>
    public TimeSpan MaxBreakerWait { get; }

    public IReadOnlyList<StreamRecovery> StreamRecovery { get; }

    public RequestBudget RequestBudget { get; }

    public bool LimitsMoney { get; }
}
