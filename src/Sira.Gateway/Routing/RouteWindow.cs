using Sira.Decisions;
using Sira.Gateway.Routing.Plans;
using Sira.Models;

namespace Sira.Gateway.Routing;

/// <summary>Finds how much a call may hold for every target of a route to take it.</summary>
internal static class RouteWindow
{
    // Longer than nearly all answers, and little of any window of today.
    private const long UnknownOutputTokens = 4_000;

    /// <summary>Finds it for calls to which these options apply. What rules and arms of a split exclude is counted in: it depends on the call.</summary>
    public static ContextWindow Of(RouteTarget[] targets, RoutingLayer[] layers, RoutingLayer? request = null)
    {
        var window = Of(targets, layers, request, ofOverflow: false);
        var overflow = Of(targets, layers, request, ofOverflow: true);

        // What is too long for the others goes to the fallbacks that are kept for it.
        return overflow is { Tokens: { } larger, IsComplete: true } && larger > window.Tokens ? overflow : window;
    }

    private static ContextWindow Of(RouteTarget[] targets, RoutingLayer[] layers, RoutingLayer? request, bool ofOverflow)
    {
        var found = new ContextWindow(null, null, IsComplete: true);
        for (var i = 0; i < targets.Length; i++)
        {
            if ((targets[i].Fallback is FallbackKind.ContextWindow) == ofOverflow && request?.ExclusionOf(i) is null && !IsExcluded(layers, i))
            {
                found = found.And(Of(targets[i].Model));
            }
        }

        return found;
    }

    private static ContextWindow Of(ModelDescriptor model) =>
        model.ContextWindow is { } window
            ? new ContextWindow(window, Math.Max(window - (model.MaxOutputTokens ?? UnknownOutputTokens), window / 2), IsComplete: true)
            : new ContextWindow(null, null, IsComplete: false);

    private static bool IsExcluded(RoutingLayer[] layers, int target)
    {
        foreach (var layer in layers)
        {
            if (layer.ExclusionOf(target) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
