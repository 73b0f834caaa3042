using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sira.Kernel.Health.Status;

/// <summary>How Sira is as a whole: as well as its worst component.</summary>
/// <param name="Status">The status.</param>
/// <param name="Components">The components, the worst first.</param>
public sealed record HealthSummary(HealthStatus Status, IReadOnlyList<ComponentHealth> Components)
{
    /// <summary>Gets why it is not healthy, each reason as a sentence after the name of its component.</summary>
    public IEnumerable<string> Reasons => Components.SelectMany(static component => component.Reasons.Select(reason => $"{component.Name}: {reason}"));

    /// <summary>Writes the status and its reasons, one on each line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Concat(Status, string.Concat(Reasons.Select(static reason => $"{Environment.NewLine}  {reason}")));
}
