using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Selection;

/// <summary>Filters → order → balance: which of a route's targets is tried next.</summary>
internal static class CandidateSelector
{
    // Routes longer than this put their ranking on the heap.
    private const int MaximumOnStack = 256;

    // Of a longer run of like deployments so many neighbours are considered, from a random place on, where that is as good: the decision then takes the same time however many there are.
    private const int Considered = 16;

    /// <summary>Drops the targets that cannot answer this request whatever happens.</summary>
    public static void Filter(RoutingPlan plan, in RequestProfile profile, RequestContext request, RequestBudget budget, CandidateFact[] facts)
    {
        var targets = plan.Route.Targets;
        foreach (var run in plan.Route.Runs)
        {
            if (FindDropReason(plan, targets[run.Start], profile, request, budget) is { } reason)
            {
                foreach (ref var fact in facts.AsSpan(run.Start, run.Length))
                {
                    fact.Dropped = reason;
                }
            }
        }

        if (plan.HasExclusions)
        {
            for (var i = 0; i < facts.Length; i++)
            {
                facts[i].Dropped = plan.ExclusionOf(i) ?? facts[i].Dropped;
            }
        }

        if (plan.Route.HasConditionalFallbacks)
        {
            FallbackConditions.Begin(plan.Route, facts);
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
            else if (facts[i].Dropped is DropReason.Excluded or DropReason.TagMismatch or DropReason.PriceLimit or DropReason.FallbackNotAllowed)
            {
                // Where a response is made was decided when it was begun; all that is left is to fetch it.
                facts[i].Dropped = null;
            }
        }
    }

    /// <summary>Picks the best target that is still open, or -1.</summary>
    /// <param name="plan">The route, and how this request is routed in it.</param>
    /// <param name="profile">What the request needs.</param>
    /// <param name="request">The request.</param>
    /// <param name="facts">What is known of the candidates; scores are written into it.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="bypassBreaker">Whether every breaker is open and the pick is the one that closes soonest: the last resort is tried rather than refused.</param>
    public static int Pick(RoutingPlan plan, in RequestProfile profile, RequestContext request, CandidateFact[] facts, IRandomSource random, out bool bypassBreaker)
    {
        bypassBreaker = false;
        Span<int> best = facts.Length <= MaximumOnStack ? stackalloc int[facts.Length] : new int[facts.Length];
        var count = plan.Preference is { } preference ? RankPreferred(plan, preference, profile, request, facts, random, best) : 0;
        for (var tier = FallbackKind.None; count == 0 && tier <= plan.Route.LastTier; tier++)
        {
            count = Rank(plan, profile, request, facts, random, tier, best);
        }

        switch (count)
        {
            case 0:
                var soonest = SoonestToClose(plan.Route, facts);
                bypassBreaker = soonest >= 0;
                return soonest;
            case 1:
                return best[0];
            default:
                var context = new BalancingContext(random, plan.AffinityKey != 0 ? plan.AffinityKey : request.AffinityKey is { } key ? StableHash.Compute(key) : 0);
                return best[plan.Balancer.Pick((profile.Features & RequestFeatures.Streaming) != 0 ? plan.Route.StreamEndpoints : plan.Route.Endpoints, best[..count], context)];
        }
    }

    private static int Rank(RoutingPlan plan, in RequestProfile profile, RequestContext request, CandidateFact[] facts, IRandomSource random, FallbackKind tier, Span<int> best)
    {
        var count = 0;
        var bestScore = double.PositiveInfinity;
        var targets = plan.Route.Targets;
        var context = CreateContext(plan, profile, request, random);
        foreach (var run in plan.Route.Runs)
        {
            if (targets[run.Start].Fallback != tier)
            {
                continue;
            }

            var left = plan.ConsidersFew && run.Length > Considered ? Considered : run.Length;
            var end = run.Start + run.Length;
            var i = left < run.Length ? run.Start + random.Next(run.Length) : run.Start;
            for (var visited = 0; visited < run.Length && left > 0; visited++, i = i + 1 == end ? run.Start : i + 1)
            {
                if (!CanTry(targets[i], ref facts[i]))
                {
                    continue;
                }

                left--;
                var score = Score(plan, targets[i], ref context);
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
        }

        return count;
    }

    // What is preferred goes before the tiers, in the order of preference; the strategy ranks those that one name stands for.
    private static int RankPreferred(RoutingPlan plan, int[] preference, in RequestProfile profile, RequestContext request, CandidateFact[] facts, IRandomSource random, Span<int> best)
    {
        var count = 0;
        var bestRank = RoutingLayer.NotPreferred;
        var context = CreateContext(plan, profile, request, random);
        var bestScore = double.PositiveInfinity;
        var targets = plan.Route.Targets;
        for (var i = 0; i < targets.Length; i++)
        {
            var rank = preference[i];
            if (rank == RoutingLayer.NotPreferred || rank > bestRank || !CanTry(targets[i], ref facts[i]))
            {
                continue;
            }

            var score = Score(plan, targets[i], ref context);
            facts[i].Score = score;
            if (rank < bestRank || score < bestScore)
            {
                (bestRank, bestScore, count) = (rank, score, 1);
                best[0] = i;
            }
            else if (score == bestScore)
            {
                best[count++] = i;
            }
        }

        return count;
    }

    private static bool CanTry(RouteTarget target, ref CandidateFact fact)
    {
        if (!fact.IsOpen)
        {
            return false;
        }

        fact.IsBroken = !target.CanEnter();
        return !fact.IsBroken;
    }

    // The rest is the same for all candidates, and is put together once.
    private static StrategyContext CreateContext(RoutingPlan plan, in RequestProfile profile, RequestContext request, IRandomSource random) => new()
    {
        Target = plan.Route.Targets[0],
        Request = request,
        InputTokens = profile.InputTokens,
        OutputTokens = profile.OutputTokens,
        MaxOutputTokens = profile.MaxOutputTokens,
        RouteOutputTokens = plan.Route.Mix.Expect(profile.InputTokens, profile.OutputTokens),
        Features = profile.Features,
        Random = random,
    };

    private static double Score(RoutingPlan plan, RouteTarget target, ref StrategyContext context)
    {
        context.MoveTo(target);

        // Fallbacks keep their written order: they are what is left, not a choice.
        var score = target.IsFallback ? target.Position : plan.Strategy.Score(context);

        // Not a number compares with nothing, and would win or lose by its place in the list.
        return double.IsNaN(score) ? double.PositiveInfinity : score;
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

    private static DropReason? FindDropReason(RoutingPlan plan, RouteTarget target, in RequestProfile profile, RequestContext request, RequestBudget budget)
    {
        var missing = (profile.Features | plan.Route.Budgets.FeaturesFor(target)) & ~target.Features;
        if (missing != 0 && (plan.UnsupportedOptions == UnsupportedOptionPolicy.Reject || (missing & ~FeatureNames.Droppable) != 0))
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

        if (profile.IsBatch && profile.Dimensions > target.Model.EmbeddingDimensions)
        {
            return DropReason.OutputLimit;
        }

        if (plan.LimitsPrice && PriceLimits.FindExceeded(plan, target, profile.InputTokens) is not null)
        {
            return DropReason.PriceLimit;
        }

        var route = plan.Route;
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
