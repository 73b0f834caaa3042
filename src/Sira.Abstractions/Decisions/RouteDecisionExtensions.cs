using Microsoft.Extensions.AI;

namespace Sira.Decisions;

/// <summary>Finds the decision on a response.</summary>
public static class RouteDecisionExtensions
{
    /// <summary>Returns why the response came from where it came.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The decision, or <see langword="null"/> when the response did not come through Sira's gateway.</returns>
    public static RouteDecision? GetRouteDecision(this ChatResponse response) => Find(response?.AdditionalProperties);

    /// <summary>Returns why the stream came from where it came. Only the last update carries it.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The decision, or <see langword="null"/> when this update does not carry it.</returns>
    public static RouteDecision? GetRouteDecision(this ChatResponseUpdate update) => Find(update?.AdditionalProperties);

    private static RouteDecision? Find(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(RouteDecision.PropertyName, out var value) ? value as RouteDecision : null;
}
