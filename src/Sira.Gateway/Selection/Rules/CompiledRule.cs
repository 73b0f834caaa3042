using Sira.Gateway.Routing.Plans;
using Sira.Requests;

namespace Sira.Gateway.Selection.Rules;

/// <summary>A rule of a route with its conditions parsed.</summary>
internal sealed class CompiledRule(RuleCondition[] conditions, RoutingLayer layer)
{
    public RoutingLayer Layer => layer;

    public bool Matches(RequestContext request, in RequestProfile profile, string? model)
    {
        foreach (var condition in conditions)
        {
            if (!condition.Holds(request, profile, model))
            {
                return false;
            }
        }

        return true;
    }
}
