using System.Globalization;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Models;

namespace Sira.Gateway.Selection;

/// <summary>Holds the prices of a target, at the length of the input, against the highest ones that routing allows.</summary>
internal static class PriceLimits
{
    /// <summary>Says which price is too high or unknown, or nothing.</summary>
    public static (string Kind, decimal? Price, decimal Limit)? FindExceeded(RoutingPlan plan, RouteTarget target, long inputTokens)
    {
        var prices = target.Model.Pricing?.At(inputTokens);
        if (plan.MaxInputPrice is { } input && !(prices?.Input <= input))
        {
            return ("input", prices?.Input, input);
        }

        // Embeddings have no output.
        return plan.MaxOutputPrice is { } output && !target.Embeds && !(prices?.Output <= output) ? ("output", prices?.Output, output) : null;
    }

    public static string Explain(RoutingPlan plan, RouteTarget target, long inputTokens)
    {
        if (FindExceeded(plan, target, inputTokens) is not { } exceeded)
        {
            return "its price was above the highest that routing allows";
        }

        var price = exceeded.Price is { } known ? string.Create(CultureInfo.InvariantCulture, $"is ${known:0.########}") : "is unknown";
        return string.Create(CultureInfo.InvariantCulture, $"its {exceeded.Kind} price {price} per million tokens, and routing allows at most ${exceeded.Limit:0.########}");
    }
}
