using Microsoft.Extensions.AI;

namespace Sira.Decisions;

/// <summary>Tells whether a response is less than what was asked for.</summary>
public static class DegradedModeExtensions
{
    /// <summary>The key in <see cref="ChatResponse.AdditionalProperties"/>, and in those of a stream's last update, that marks a degraded response.</summary>
    public const string PropertyName = "sira.degraded";

    /// <summary>Returns in which way a response is degraded.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The mode; <see cref="DegradedMode.None"/> for a full answer.</returns>
    public static DegradedMode GetDegradedMode(this ChatResponse response) => Find(response?.AdditionalProperties);

    /// <summary>Returns in which way a stream is degraded. Only the last update says so.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The mode; <see cref="DegradedMode.None"/> for a full answer, and for every update but the last.</returns>
    public static DegradedMode GetDegradedMode(this ChatResponseUpdate update) => Find(update?.AdditionalProperties);

    private static DegradedMode Find(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(PropertyName, out var value) && value is DegradedMode mode ? mode : DegradedMode.None;
}
