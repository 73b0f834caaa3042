using System.Globalization;
using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Selection;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Decisions;

/// <summary>Words what a decision remembers of its candidates.</summary>
internal static class CandidateRenderer
{
    public static IReadOnlyList<RouteCandidate> Render(RoutingPlan plan, CandidateFact[] facts, RequestProfile profile, int chosen, Func<int, bool> wasTried, Func<int, ResourceRejection?> refusalOf)
    {
        var order = Enumerable.Range(0, facts.Length)
            .OrderBy(index => ReasonOf(facts[index], index == chosen || wasTried(index)) is not null)
            .ThenBy(plan.PreferenceOf)
            .ThenBy(index => plan.Route.Targets[index].Fallback)
            .ThenBy(index => double.IsNaN(facts[index].Score) ? double.PositiveInfinity : facts[index].Score)
            .ThenBy(index => index != chosen);
        return [.. order.Select(index => Render(plan, index, facts[index], profile, ReasonOf(facts[index], index == chosen || wasTried(index)), refusalOf(index)))];
    }

    private static RouteCandidate Render(RoutingPlan plan, int index, CandidateFact fact, RequestProfile profile, DropReason? dropReason, ResourceRejection? refusal)
    {
        var target = plan.Route.Targets[index];
        var reason = dropReason is { } dropped ? Explain(dropped, plan, index, profile, refusal) : ExplainRank(plan, index, fact);
        return new RouteCandidate(target.Name, double.IsNaN(fact.Score) ? null : fact.Score, dropReason, reason, target.Fallback);
    }

    // What was tried or chosen in spite of its breaker, as the last resort, was not dropped.
    private static DropReason? ReasonOf(in CandidateFact fact, bool wasUsed) =>
        fact.Dropped ?? (wasUsed ? null : fact.Full) ?? (fact.IsBroken && !wasUsed ? DropReason.CircuitOpen : null);

    private static string ExplainRank(RoutingPlan plan, int index, CandidateFact fact)
    {
        var target = plan.Route.Targets[index];
        var rank = plan.PreferenceOf(index) is not RoutingLayer.NotPreferred and var preferred ? string.Create(CultureInfo.InvariantCulture, $"preferred by {plan.PreferredBy}, number {preferred + 1}")
            : target.IsFallback ? string.Create(CultureInfo.InvariantCulture, $"{KindOf(target.Fallback)} number {target.Position + 1}")
            : fact.IsBroken ? "its circuit breaker is open, and nothing else is left"
            : double.IsNaN(fact.Score) ? "not ranked: another was chosen before its turn"
            : $"{plan.Strategy.Name}: {plan.Strategy.Describe(fact.Score)}";
        return fact.Exhausted ? rank + "; tried" : rank;
    }

    private static string KindOf(FallbackKind kind) => kind switch
    {
        FallbackKind.ContextWindow => "context fallback",
        FallbackKind.ContentPolicy => "content-policy fallback",
        FallbackKind.Default => "fallback of all routes,",
        FallbackKind.Degraded => "degraded target",
        _ => "fallback",
    };

    private static string Explain(DropReason reason, RoutingPlan plan, int index, RequestProfile profile, ResourceRejection? refusal)
    {
        var target = plan.Route.Targets[index];
        return reason switch
        {
            DropReason.UnsupportedFeature => $"cannot take {FeatureNames.Describe((profile.Features | plan.Route.Budgets.FeaturesFor(target)) & ~target.Features)}",
            DropReason.ContextWindow when profile.InputTokens > target.Model.ContextWindow => string.Create(CultureInfo.InvariantCulture, $"about {profile.InputTokens} input tokens do not fit its context of {target.Model.ContextWindow}"),
            DropReason.ContextWindow => string.Create(CultureInfo.InvariantCulture, $"another target found the input too long, and its context ({target.Model.ContextWindow?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}) is not known to be larger"),
            DropReason.OutputLimit when profile.Dimensions is { } dimensions => string.Create(CultureInfo.InvariantCulture, $"Dimensions {dimensions} is more than the {target.Model.EmbeddingDimensions} of its vectors"),
            DropReason.OutputLimit => string.Create(CultureInfo.InvariantCulture, $"MaxOutputTokens {profile.MaxOutputTokens} is more than its limit of {target.Model.MaxOutputTokens}"),
            DropReason.PriceUnknown => plan.Route.UnknownPrice is UnknownPricePolicy.Deny ? "its price is unknown and the route's UnknownPrice policy is Deny" : "its price is unknown, and money is limited by a strict budget",
            DropReason.TooExpensive => string.Create(CultureInfo.InvariantCulture, $"expected cost ${target.EstimateCost(profile.InputTokens, profile.OutputTokens):0.########} is more than the request may still spend"),
            DropReason.Pinned => "the request continues a response that another target began",
            DropReason.CircuitOpen => "its circuit breaker is open after failures",
            DropReason.AtCapacity => "it is at the limit of what is sent to it at once or within a minute",
            DropReason.Throttled => "it refuses calls because it is overloaded, so this one was held back",
            DropReason.QuotaExhausted => refusal is { } refused ? $"the {refused.Pool.Name} has too little left for it: {refused.Pool.Unit.Format(refused.Requested)} asked, {refused.Pool.Unit.Format(refused.Used)} of {refused.Pool.Unit.Format(refused.Pool.Limit)} used" : "a budget has too little left for it",
            DropReason.PriceLimit => PriceLimits.Explain(plan, target, profile.InputTokens),
            DropReason.Excluded or DropReason.TagMismatch or DropReason.FallbackNotAllowed => ExclusionText.Explain(plan, index),
            _ => reason.ToString(),
        };
    }
}
