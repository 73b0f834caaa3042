using System.Globalization;
using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Decisions;

/// <summary>Words what a decision remembers of its candidates.</summary>
internal static class CandidateRenderer
{
    public static IReadOnlyList<RouteCandidate> Render(Route route, CandidateFact[] facts, RequestProfile profile, int chosen, Func<int, bool> wasTried, Func<int, ResourceRejection?> refusalOf)
    {
        var order = Enumerable.Range(0, facts.Length)
            .OrderBy(index => ReasonOf(facts[index], index == chosen || wasTried(index)) is not null)
            .ThenBy(index => route.Targets[index].IsFallback)
            .ThenBy(index => double.IsNaN(facts[index].Score) ? double.PositiveInfinity : facts[index].Score)
            .ThenBy(index => index != chosen);
        return [.. order.Select(index => Render(route, facts[index], route.Targets[index], profile, ReasonOf(facts[index], index == chosen || wasTried(index)), refusalOf(index)))];
    }

    private static RouteCandidate Render(Route route, CandidateFact fact, RouteTarget target, RequestProfile profile, DropReason? dropReason, ResourceRejection? refusal)
    {
        var reason = dropReason is { } dropped ? Explain(dropped, route, target, profile, refusal) : ExplainRank(route, fact, target);
        return new RouteCandidate(target.Name, double.IsNaN(fact.Score) ? null : fact.Score, dropReason, reason, target.IsFallback);
    }

    // What was tried or chosen in spite of its breaker, as the last resort, was not dropped.
    private static DropReason? ReasonOf(in CandidateFact fact, bool wasUsed) =>
        fact.Dropped ?? (fact.IsBroken && !wasUsed ? DropReason.CircuitOpen : null);

    private static string ExplainRank(Route route, CandidateFact fact, RouteTarget target)
    {
        var rank = target.IsFallback ? string.Create(CultureInfo.InvariantCulture, $"fallback number {target.Position + 1}")
            : fact.IsBroken ? "its circuit breaker is open, and nothing else is left"
            : double.IsNaN(fact.Score) ? "not ranked: another was chosen before its turn"
            : $"{route.Strategy.Name}: {route.Strategy.Describe(fact.Score)}";
        return fact.Exhausted ? rank + "; tried" : rank;
    }

    private static string Explain(DropReason reason, Route route, RouteTarget target, RequestProfile profile, ResourceRejection? refusal) => reason switch
    {
        DropReason.UnsupportedFeature => $"cannot take {FeatureNames.Describe((profile.Features | route.Budgets.FeaturesFor(target)) & ~target.Features)}",
        DropReason.ContextWindow => string.Create(CultureInfo.InvariantCulture, $"about {profile.InputTokens} input tokens do not fit its context of {target.Model.ContextWindow}"),
        DropReason.OutputLimit => string.Create(CultureInfo.InvariantCulture, $"MaxOutputTokens {profile.MaxOutputTokens} is more than its limit of {target.Model.MaxOutputTokens}"),
        DropReason.PriceUnknown => route.UnknownPrice is UnknownPricePolicy.Deny ? "its price is unknown and the route's UnknownPrice policy is Deny" : "its price is unknown, and money is limited by a strict budget",
        DropReason.TooExpensive => string.Create(CultureInfo.InvariantCulture, $"expected cost ${target.EstimateCost(profile.InputTokens, profile.OutputTokens):0.########} is more than the request may still spend"),
        DropReason.Pinned => "the request continues a response that another target began",
        DropReason.CircuitOpen => "its circuit breaker is open after failures",
        DropReason.QuotaExhausted => refusal is { } refused ? $"the {refused.Pool.Name} has too little left for it: {refused.Pool.Unit.Format(refused.Requested)} asked, {refused.Pool.Unit.Format(refused.Used)} of {refused.Pool.Unit.Format(refused.Pool.Limit)} used" : "a budget has too little left for it",
        _ => reason.ToString(),
    };
}
