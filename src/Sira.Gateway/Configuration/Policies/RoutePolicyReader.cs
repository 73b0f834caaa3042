using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>Reads of a route's section what decides among its targets beyond the lists, weights and names of strategy and balancer.</summary>
internal static class RoutePolicyReader
{
    public static void Apply(ConfigurationReader reader, RouteOptions options)
    {
        options.ContextFallbacks = reader.TryStrings("ContextFallbacks", out var context) ? [.. context] : options.ContextFallbacks;
        options.ContentPolicyFallbacks = reader.TryStrings("ContentPolicyFallbacks", out var content) ? [.. content] : options.ContentPolicyFallbacks;
        options.DegradedTargets = reader.TryStrings("DegradedTargets", out var degraded) ? [.. degraded] : options.DegradedTargets;
        options.Routing = RoutingOptionsReader.Apply(reader, options.Routing);
        options.Rules = RouteRuleReader.Apply(reader, options.Rules);
        TrafficSplitReader.Apply(reader, options.Split);
        options.Affinity = reader.TryEnum<AffinityMode>("Affinity", out var affinity) ? affinity : options.Affinity;
        options.PromptCaching = reader.TryEnum<PromptCachingMode>("PromptCaching", out var caching) ? caching : options.PromptCaching;
    }
}
