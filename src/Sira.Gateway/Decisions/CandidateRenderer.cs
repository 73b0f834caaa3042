using System.Globalization;
using Sira.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;

namespace Sira.Gateway.Decisions;

/// <summary>Words what a decision remembers of its candidates.</summary>
internal static class CandidateRenderer
{
    public static IReadOnlyList<RouteCandidate> Render(Route route, CandidateFact[] facts, RequestProfile profile, int chosen, Func<int, bool> wasTried)
    {
        var order = Enumerable.Range(0, facts.Length)
            .OrderBy(index => ReasonOf(facts[index], index == chosen || wasTried(index)) is not null)
            .ThenBy(index => route.Targets[index].IsFallback)
            .ThenBy(index => double.IsNaN(facts[index].Score) ? double.PositiveInfinity : facts[index].Score)
            .ThenBy(index => index != chosen);
        return [.. order.Select(index => Render(route, facts[index], route.Targets[index], profile, ReasonOf(facts[index], index == chosen || wasTried(index))))];
    }

    private static RouteCandidate Render(Route route, CandidateFact fact, RouteTarget target, RequestProfile profile, DropReason? dropReason)
    {
        var reason = dropReason is { } dropped ? Explain(dropped, target, profile) : ExplainRank(route, fact, target);
        return new RouteCandidate(target.Name, double.IsNaN(fact.Score) ? null : fact.Score, dropReason, reason, target.IsFallback);
    }

    // What was tried or chosen in spite of its breaker, as the last resort, was not dropped.
    private static DropReason? ReasonOf(in CandidateFact fact, bool wasUsed) =>
        fact.Dropped ?? (wasUsed ? null : fact.Full) ?? (fact.IsBroken && !wasUsed ? DropReason.CircuitOpen : null);

    private static string ExplainRank(Route route, CandidateFact fact, RouteTarget target)
    {
        var rank = target.IsFallback ? string.Create(CultureInfo.InvariantCulture, $"fallback number {target.Position + 1}")
            : fact.IsBroken ? "its circuit breaker is open, and nothing else is left"
            : double.IsNaN(fact.Score) ? "not ranked: another was chosen before its turn"
            : $"{route.Strategy.Name}: {route.Strategy.Describe(fact.Score)}";
        return fact.Exhausted ? rank + "; tried" : rank;
    }

    private static string Explain(DropReason reason, RouteTarget target, RequestProfile profile) => reason switch
    {
        DropReason.UnsupportedFeature => $"cannot take {FeatureNames.Describe(profile.Features & ~target.Features)}",
        DropReason.ContextWindow => string.Create(CultureInfo.InvariantCulture, $"about {profile.InputTokens} input tokens do not fit its context of {target.Model.ContextWindow}"),
        DropReason.OutputLimit => string.Create(CultureInfo.InvariantCulture, $"MaxOutputTokens {profile.MaxOutputTokens} is more than its limit of {target.Model.MaxOutputTokens}"),
        DropReason.PriceUnknown => "its price is unknown and the route's UnknownPrice policy is Deny",
        DropReason.TooExpensive => string.Create(CultureInfo.InvariantCulture, $"expected cost ${target.EstimateCost(profile.InputTokens, profile.OutputTokens):0.########} is more than the request may still spend"),
        DropReason.Pinned => "the request continues a response that another target began",
        DropReason.CircuitOpen => "its circuit breaker is open after failures",
        DropReason.AtCapacity => "it is at the limit of what is sent to it at once or within a minute",
        DropReason.Throttled => "it refuses calls because it is overloaded, so this one was held back",
        DropReason.QuotaExhausted => "a budget of the route has too little left for it",
        _ => reason.ToString(),
    };
}
