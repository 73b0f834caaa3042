using Sira.Decisions;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;

namespace Sira.Gateway.Selection;

/// <summary>Opens the fallbacks that are kept for an occasion when it comes, and closes the targets that cannot help then.</summary>
internal static class FallbackConditions
{
    /// <summary>Closes those whose occasion has not come when the call begins.</summary>
    public static void Begin(Route route, CandidateFact[] facts)
    {
        var isTooLong = false;
        for (var i = 0; i < facts.Length; i++)
        {
            isTooLong |= facts[i].Dropped is DropReason.ContextWindow && route.Targets[i].Fallback is not FallbackKind.ContextWindow;
        }

        for (var i = 0; i < facts.Length; i++)
        {
            if (facts[i].IsOpen && (route.Targets[i].Fallback is FallbackKind.ContentPolicy || (route.Targets[i].Fallback is FallbackKind.ContextWindow && !isTooLong)))
            {
                facts[i].Dropped = DropReason.FallbackNotAllowed;
            }
        }
    }

    /// <summary>A target found the input too long: fallbacks for that are opened, and what is not known to have more room is closed. Only where nothing is known to have more, those of unknown room are left.</summary>
    public static void OnContextLength(RoutingPlan plan, CandidateFact[] facts, int failed)
    {
        var targets = plan.Route.Targets;
        var model = targets[failed].Model;
        Open(plan, facts, FallbackKind.ContextWindow);
        var hasLarger = false;
        for (var i = 0; i < facts.Length; i++)
        {
            hasLarger |= i != failed && facts[i].IsOpen && targets[i].Model.ContextWindow > model.ContextWindow;
        }

        for (var i = 0; i < facts.Length; i++)
        {
            if (i == failed || !facts[i].IsOpen || targets[i].Model.ContextWindow > model.ContextWindow)
            {
                continue;
            }

            // Where the failed one's own room is unknown nothing compares with it, except another deployment of the same model.
            if (hasLarger || targets[i].Model.ContextWindow <= model.ContextWindow || targets[i].Model.CanonicalId == model.CanonicalId)
            {
                facts[i].Dropped = DropReason.ContextWindow;
            }
        }
    }

    /// <summary>A target's content policy refused the request: the fallbacks for that are opened. Unless the route lets a refusal go to any target, all others are closed.</summary>
    /// <returns>Whether there is a target that may be asked now.</returns>
    public static bool OnContentPolicy(RoutingPlan plan, CandidateFact[] facts, int failed)
    {
        facts[failed].Exhausted = true;
        Open(plan, facts, FallbackKind.ContentPolicy);
        if (plan.Route.FallBackOnContentPolicy)
        {
            return true;
        }

        var isOneLeft = false;
        for (var i = 0; i < facts.Length; i++)
        {
            isOneLeft |= facts[i].IsOpen && plan.Route.Targets[i].Fallback is FallbackKind.ContentPolicy;
        }

        for (var i = 0; isOneLeft && i < facts.Length; i++)
        {
            if (facts[i].IsOpen && plan.Route.Targets[i].Fallback is not FallbackKind.ContentPolicy)
            {
                facts[i].Dropped = DropReason.FallbackNotAllowed;
            }
        }

        return isOneLeft;
    }

    // What the plan itself forbids stays closed.
    private static void Open(RoutingPlan plan, CandidateFact[] facts, FallbackKind kind)
    {
        for (var i = 0; i < facts.Length; i++)
        {
            if (plan.Route.Targets[i].Fallback == kind && facts[i].Dropped is DropReason.FallbackNotAllowed && plan.ExclusionOf(i) is null)
            {
                facts[i].Dropped = null;
            }
        }
    }
}
