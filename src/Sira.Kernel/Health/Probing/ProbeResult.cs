namespace Sira.Kernel.Health.Probing;

/// <summary>The result of one check.</summary>
/// <param name="Outcome">What it says.</param>
/// <param name="Detail">Why, for the log; without secrets.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, string? Detail = null)
{
    /// <summary>Gets the result of a check that passed.</summary>
    public static ProbeResult Healthy => default;

    /// <summary>Makes the result of a check that passed with reservations.</summary>
    /// <param name="detail">Why.</param>
    /// <returns>The result.</returns>
    public static ProbeResult Degraded(string detail) => new(ProbeOutcome.Degraded, detail);

    /// <summary>Makes the result of a check that failed.</summary>
    /// <param name="detail">Why.</param>
    /// <returns>The result.</returns>
    public static ProbeResult Unhealthy(string detail) => new(ProbeOutcome.Unhealthy, detail);
}
