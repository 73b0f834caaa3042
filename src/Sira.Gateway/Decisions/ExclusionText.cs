using Sira.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;

namespace Sira.Gateway.Decisions;

/// <summary>Words why routing options, or the kind of fallback that it is, keep a target from a request.</summary>
internal static class ExclusionText
{
    public static string Explain(RoutingPlan plan, int index)
    {
        var target = plan.Route.Targets[index];
        foreach (var layer in plan.Layers)
        {
            if (layer.ExclusionOf(index) is { } reason)
            {
                return Explain(layer, target, reason);
            }
        }

        return target.IsArmOnly ? plan.Variant is { } variant ? $"it belongs to another arm of the traffic split than '{variant}'" : "it belongs to an arm of the traffic split"
            : target.Fallback switch
            {
                FallbackKind.ContextWindow => "asked only when the input is too long for another target",
                FallbackKind.ContentPolicy => "asked only after another target's content policy refused the request",
                _ => "another target's content policy refused the request, and only the route's ContentPolicyFallbacks are asked then",
            };
    }

    private static string Explain(RoutingLayer layer, RouteTarget target, DropReason reason)
    {
        var options = layer.Options;
        return reason switch
        {
            DropReason.FallbackNotAllowed => $"it is a fallback, and {layer.Source} does not allow any",
            DropReason.TagMismatch when BackendTags.FindMismatch(options.RequiredTags!, target.Backend) is { } tag =>
                $"{layer.Source} requires the tag {tag.Key}={tag.Value}, and its backend has {(BackendTags.Find(target.Backend.Tags, tag.Key) is { } value ? $"{tag.Key}={value}" : $"no {tag.Key}")}",
            _ when options.Ignore is { } ignore && TargetMatcher.MatchesAny(ignore, target) => $"{layer.Source} ignores '{ignore[TargetMatcher.IndexOf(ignore, target)]}'",
            _ => $"{layer.Source} allows only {(options.Only is { Count: > 0 } only ? string.Join(", ", only) : "nothing")}",
        };
    }
}
