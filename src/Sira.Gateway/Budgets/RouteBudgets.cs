using Sira.Gateway.Routing;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Budgets;

/// <summary>All budgets that hold for the calls of a route: its own and those that all routes share.</summary>
internal sealed class RouteBudgets
{
    private readonly bool isPerIdentity;
    private readonly bool capsOutput;

    // The same for every call, made at the first one.
    private CallPool[]? shared;

    public RouteBudgets(RoutePool[] pools)
    {
        Pools = pools;
        isPerIdentity = Array.Exists(pools, static pool => pool.Scope is not BudgetScope.All);
        ChangesRouting = Array.Exists(pools, static pool => pool.WhenReached is not null);
        capsOutput = Array.Exists(pools, static pool => pool is { IsStrict: true, Kind: not RoutePoolKind.Requests });
        NeedsPrices = Array.Exists(pools, static pool => pool is { IsStrict: true, Kind: RoutePoolKind.Money });
    }

    public RoutePool[] Pools { get; }

    /// <summary>Whether a target whose price is unknown cannot be used, whatever the policy: money is limited strictly.</summary>
    public bool NeedsPrices { get; }

    /// <summary>Whether a budget may put a routing of its own in force.</summary>
    public bool ChangesRouting { get; }

    /// <summary>What a target must be able to do for the budgets' sake: to keep to a limit of its output.</summary>
    public RequestFeatures FeaturesFor(RouteTarget target) => capsOutput && !target.Embeds ? RequestFeatures.MaxOutputTokens : RequestFeatures.None;

    /// <summary>The pools that a request's calls reserve from. Looked up once for each call.</summary>
    public CallPool[] PoolsOf(RequestContext request)
    {
        if (!isPerIdentity)
        {
            return shared ??= Find(request);
        }

        return Find(request);
    }

    /// <summary>The routing that budgets above their first threshold put in force for a request, in the order of the budgets.</summary>
    /// <param name="request">The request.</param>
    /// <param name="routing">The routing; empty when there is none.</param>
    /// <returns>Whether there is any. Takes no time where no budget changes the routing.</returns>
    public bool TryGetRoutingInForce(RequestContext request, out IReadOnlyList<RoutingOptions> routing)
    {
        routing = [];
        if (!ChangesRouting)
        {
            return false;
        }

        List<RoutingOptions>? found = null;
        foreach (var pool in PoolsOf(request))
        {
            if (pool is { Budget.WhenReached: { } options, Watch: { } watch } && watch.IsReached(pool, pool.Budget.Thresholds[0]))
            {
                (found ??= []).Add(options);
            }
        }

        routing = found ?? routing;
        return found is not null;
    }

    private CallPool[] Find(RequestContext request)
    {
        var count = 0;
        foreach (var pool in Pools)
        {
            count += pool.Concerns(request) ? 1 : 0;
        }

        if (count == 0)
        {
            return [];
        }

        var found = new CallPool[count];
        count = 0;
        foreach (var pool in Pools)
        {
            if (pool.Concerns(request))
            {
                found[count++] = pool.PoolOf(request);
            }
        }

        return found;
    }
}
