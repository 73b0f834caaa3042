using System.Globalization;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Selection.Rules;
using Sira.Gateway.Selection.Splits;
using Sira.Kernel.Configuration;
using Sira.Requests;

namespace Sira.Gateway.Routing.Plans;

/// <summary>Makes a route's policies of its options, collecting every mistake.</summary>
internal static class RoutePolicyFactory
{
    private static readonly RoutingOptions Unset = new();

    public static RoutePolicies Create(string name, RouteOptions options, RouteTarget[] targets, RoutingLayerFactory layers, string path, ConfigurationErrors errors)
    {
        var own = options.Routing is null || options.Routing == Unset ? null : layers.Create("the route", options.Routing, targets, path + ":Routing", errors);
        var rules = new List<CompiledRule>(options.Rules.Count);
        for (var i = 0; i < options.Rules.Count; i++)
        {
            rules.Add(CreateRule(i, options.Rules[i], targets, layers, string.Create(CultureInfo.InvariantCulture, $"{path}:Rules:{i}"), errors));
        }

        return new RoutePolicies(own, [.. rules], CreateSplit(name, options.Split, targets, layers, path + ":Split", errors));
    }

    private static CompiledRule CreateRule(int index, RouteRule rule, RouteTarget[] targets, RoutingLayerFactory layers, string path, ConfigurationErrors errors)
    {
        if (rule.When.Count == 0)
        {
            errors.Add(path + ":When", "the rule has no condition.", "Add one, such as \"tenant\": \"acme\"; what holds for every request belongs into the route's Routing.");
        }

        if (rule.Routing == Unset)
        {
            errors.Add(path + ":Routing", "the rule changes nothing.", "Say how the requests are routed, such as \"Prefer\": [\"backend/model\"].");
        }

        var conditions = new List<RuleCondition>(rule.When.Count);
        foreach (var (condition, value) in rule.When)
        {
            if (RuleConditionParser.Parse(condition, value, $"{path}:When:{condition}", errors) is { } parsed)
            {
                conditions.Add(parsed);
            }
        }

        var layer = layers.Create(string.Create(CultureInfo.InvariantCulture, $"rule {index + 1} of the route"), rule.Routing, targets, path + ":Routing", errors);
        return new CompiledRule([.. conditions], layer);
    }

    private static TrafficSplit? CreateSplit(string route, TrafficSplitOptions options, RouteTarget[] targets, RoutingLayerFactory layers, string path, ConfigurationErrors errors)
    {
        if (options.Arms.Count == 0)
        {
            return null;
        }

        var variants = new TrafficVariant[options.Arms.Count];
        for (var i = 0; i < variants.Length; i++)
        {
            var arm = options.Arms[i];
            variants[i] = new TrafficVariant(arm.Name, arm.Percent, layers.Create($"the arm '{arm.Name}'", arm.Routing, targets, string.Create(CultureInfo.InvariantCulture, $"{path}:Arms:{i}:Routing"), errors));
        }

        return new TrafficSplit(route, options, variants);
    }
}
