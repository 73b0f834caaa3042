namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>One recent decision: where a request went and how it ended. Never what was asked or answered.</summary>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Route">The route.</param>
/// <param name="Outcome"><c>Answered</c>, <c>Left</c> where the caller cancelled or walked away, or the kind of the failure.</param>
/// <param name="Target">The target that answered, or was tried last.</param>
/// <param name="ConfigurationVersion">The version of the configuration that served it.</param>
/// <param name="Attempts">How many attempts were made.</param>
/// <param name="Duration">How long it took.</param>
public sealed record DecisionStatus(DateTimeOffset EndedAt, string Route, string Outcome, string? Target, long ConfigurationVersion, int Attempts, TimeSpan Duration)
{
    /// <summary>Gets each attempt as target and outcome, such as <c>openai/gpt-5-mini → RateLimited</c>.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Trail { get; init; } = [];
}
