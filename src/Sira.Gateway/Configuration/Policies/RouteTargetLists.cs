namespace Sira.Gateway.Configuration.Policies;

/// <summary>The lists in which a route names targets.</summary>
internal static class RouteTargetLists
{
    public static IEnumerable<string> AllOf(RouteOptions options) =>
        [.. options.Targets, .. options.Fallbacks, .. options.ContextFallbacks, .. options.ContentPolicyFallbacks, .. options.DegradedTargets];
}
