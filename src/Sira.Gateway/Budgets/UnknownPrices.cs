using Sira.Gateway.Configuration;
using Sira.Gateway.Routing;

namespace Sira.Gateway.Budgets;

/// <summary>What a route does about prices that are unknown: what it says itself, else what holds for all.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Estimate">The prices to reckon with, if it is to estimate.</param>
internal readonly record struct UnknownPrices(UnknownPricePolicy Policy, UnknownPriceEstimate? Estimate)
{
    public static UnknownPrices Of(RouteOptions route, GatewayOptions gateway) => route.UnknownPrice is { } policy
        ? new UnknownPrices(policy, route.UnknownPriceEstimate)
        : new UnknownPrices(gateway.UnknownPrice, gateway.UnknownPriceEstimate);

    /// <summary>Gives targets of unknown price the estimate.</summary>
    public void Fill(RouteTarget[] targets)
    {
        if (Policy is not UnknownPricePolicy.Estimate || Estimate is null)
        {
            return;
        }

        foreach (var target in targets)
        {
            target.Assume(Estimate);
        }
    }
}
