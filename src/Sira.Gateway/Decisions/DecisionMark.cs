using Microsoft.Extensions.AI;
using Sira.Decisions;

namespace Sira.Gateway.Decisions;

/// <summary>Puts a decision where callers find it on a response.</summary>
internal static class DecisionMark
{
    public static void Put(GatewayDecision decision, AdditionalPropertiesDictionary properties)
    {
        properties[RouteDecision.PropertyName] = decision;
        if (decision.Degraded is not DegradedMode.None and var mode)
        {
            properties[DegradedModeExtensions.PropertyName] = mode;
        }
    }
}
