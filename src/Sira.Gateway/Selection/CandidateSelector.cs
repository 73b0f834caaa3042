using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Requests;

namespace Sira.Gateway.Selection;

/// <summary>Filters → order → balance: which of a route's targets is tried next.</summary>
internal static class CandidateSelector
{
    // Routes longer than this put their ranking on the heap.
    private const int MaximumOnStack = 256;

    /// <summary>Drops the targets that cannot answer this request whatever happens.</summary>
    public static void Filter(Route route, in RequestProfile profile, RequestContext request, RequestBudget budget, CandidateFact[] facts)
    {
        for (var i = 0; i < facts.Length; i++)
        {
            facts[i].Dropped = FindDropReason(route, route.Targets[i], profile, request, budget);
        }
    }

    /// <summary>Drops what has become too expensive since the last attempt was billed.</summary>
    public static void DropTooExpensive(Route route, in RequestProfile profile, RequestContext request, RequestBudget budget, CandidateFact[] facts)
    {
        for (var i = 0; i < facts.Length; i++)
        {
            if (facts[i].IsOpen)
            {
                facts[i].Dropped = FindPriceReason(route, route.Targets[i], profile, request, budget);
            }
        }
    }

    /// <summary>Leaves only the target that a continued response was begun at.</summary>
    public static void DropAllBut(string target, Route route, CandidateFact[] facts)
    {
        for (var i = 0; i < facts.Length; i++)
        {
            if (route.Targets[i].Name != target)
            {
                facts[i].Dropped = DropReason.Pinned;
            }
        }
    }

    /// <summary>Picks the best target that is still open, or -1.</summary>
    /// <param name="route">The route.</param>
    /// <param name="profile">What the request needs.</param>
    /// <param name="request">The request.</param>
    /// <param name="facts">What is known of the candidates; scores are written into it.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="bypassBreaker">Whether every breaker is open and the pick is the one that closes soonest: the last resort is tried rather than refused.</param>
    public static int Pick(Route route, in RequestProfile profile, RequestContext request, CandidateFact[] facts, IRandomSource random, out bool bypassBreaker)
    {
        bypassBreaker = false;
        Span<int> best = facts.Length <= MaximumOnStack ? stackalloc int[facts.Length] : new int[facts.Length];
        var count = Rank(route, profile, request, facts, random, fallbacks: false, best);
        if (count == 0)
        {
            count = Rank(route, profile, request, facts, random, fallbacks: true, best);
        }

        switch (count)
        {
            case 0:
                var soonest = SoonestToClose(route, facts);
                bypassBreaker = soonest >= 0;
                return soonest;
            case 1:
                return best[0];
            default:
                var context = new BalancingContext(random, request.AffinityKey is { } key ? StableHash.Compute(key) : 0);
                return best[route.Balancer.Pick(route.Endpoints, best[..count], context)];
        }
    }

    private static int Rank(Route route, in RequestProfile profile, RequestContext request, CandidateFact[] facts, IRandomSource random, bool fallbacks, Span<int> best)
    {
        var count = 0;
        var bestScore = double.PositiveInfinity;
        var targets = route.Targets;
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[i];
            if (target.IsFallback != fallbacks || !facts[i].IsOpen)
            {
                continue;
            }

            facts[i].IsBroken = !target.CanEnter();
            if (facts[i].IsBroken)
            {
                continue;
            }

            // Fallbacks keep their written order: they are what is left, not a choice.
            var score = fallbacks ? target.Position : route.Strategy.Score(new StrategyContext
            {
                Target = target,
                Request = request,
                InputTokens = profile.InputTokens,
                OutputTokens = profile.OutputTokens,
                Features = profile.Features,
                Random = random,
            });
            if (double.IsNaN(score))
            {
                // Not a number compares with nothing, and would win or lose by its place in the list.
                score = double.PositiveInfinity;
            }

            facts[i].Score = score;
            if (count == 0 || score < bestScore)
            {
                (bestScore, count) = (score, 1);
                best[0] = i;
            }
            else if (score == bestScore)
            {
                best[count++] = i;
            }
        }

        return count;
    }

    private static int SoonestToClose(Route route, CandidateFact[] facts)
    {
        var soonest = -1;
        var wait = TimeSpan.MaxValue;
        for (var i = 0; i < facts.Length; i++)
        {
            if (facts[i].IsOpen && route.Targets[i].RemainingBreak < wait)
            {
                (soonest, wait) = (i, route.Targets[i].RemainingBreak);
            }
        }

        return soonest;
    }

    private static DropReason? FindDropReason(Route route, RouteTarget target, in RequestProfile profile, RequestContext request, RequestBudget budget)
    {
        var missing = (profile.Features | route.Budgets.FeaturesFor(target)) & ~target.Features;
        if (missing != 0 && (route.UnsupportedOptions == UnsupportedOptionPolicy.Reject || (missing & ~FeatureNames.Droppable) != 0))
        {
            return DropReason.UnsupportedFeature;
        }

        if (profile.InputTokens > target.Model.ContextWindow && !profile.IsBatch)
        {
            return DropReason.ContextWindow;
        }

        if (profile.MaxOutputTokens > target.Model.MaxOutputTokens)
        {
            return DropReason.OutputLimit;
        }

        return route.LimitsMoney || budget.MaxCost is not null ? FindPriceReason(route, target, profile, request, budget) : null;
    }

    private static DropReason? FindPriceReason(Route route, RouteTarget target, in RequestProfile profile, RequestContext request, RequestBudget budget)
    {
        if (target.EstimatePicoDollars(profile.InputTokens, profile.OutputTokens) is not { } cost)
        {
            return route.UnknownPrice == UnknownPricePolicy.Deny || route.Budgets.NeedsPrices ? DropReason.PriceUnknown : null;
        }

        // Without a limit the sum, which is in decimals, need not be made.
        return cost > 0 && budget.MaxCost is { } maximum && request.Cost + Money.ToUsd(cost) > maximum ? DropReason.TooExpensive : null;
    }
}
