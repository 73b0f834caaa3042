using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>Reads the list <c>Rules</c> of a route; it replaces that of the code.</summary>
internal static class RouteRuleReader
{
    public static IList<RouteRule> Apply(ConfigurationReader parent, IList<RouteRule> rules)
    {
        var read = new List<RouteRule>();
        foreach (var (_, reader) in parent.Children("Rules"))
        {
            var rule = new RouteRule { Routing = RoutingOptionsReader.Apply(reader, null) };
            if (reader.TrySection("When", out var when))
            {
                // A colon in a key ("tag:region") nests it, so leaf paths are joined again.
                foreach (var (condition, value) in when.Section.AsLeaves())
                {
                    rule.When[condition] = value;
                }
            }

            reader.ReportUnknownKeys();
            read.Add(rule);
        }

        return read.Count > 0 ? read : rules;
    }
}
