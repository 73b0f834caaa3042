namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Which of the recent decisions to show.</summary>
/// <param name="Route">Only those of a route; <see langword="null"/> for all.</param>
/// <param name="Outcome">Only those that ended so, such as <c>Answered</c>; <see langword="null"/> for all.</param>
/// <param name="Maximum">How many at most, the latest first.</param>
public sealed record DecisionFilter(string? Route = null, string? Outcome = null, int Maximum = 100)
{
    /// <summary>Whether a decision is among them.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="outcome">How it ended.</param>
    /// <returns>Whether it is.</returns>
    public bool Includes(string route, string outcome) =>
        (Route is null || string.Equals(Route, route, StringComparison.OrdinalIgnoreCase)) && (Outcome is null || string.Equals(Outcome, outcome, StringComparison.OrdinalIgnoreCase));
}
