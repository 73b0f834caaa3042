using System.Collections.ObjectModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sira.Kernel.Health.Status;

/// <summary>How one component is.</summary>
/// <param name="Name">The component, such as <c>routes</c>.</param>
/// <param name="Status">Its status.</param>
/// <param name="Reasons">Why it is not healthy, each as a sentence; empty when it is.</param>
public sealed record ComponentHealth(string Name, HealthStatus Status, IReadOnlyList<string> Reasons)
{
    /// <summary>Gets figures beside the status, for those who want to look closer. Never a secret, never content.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Data { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Makes the health of a component in which nothing is wrong.</summary>
    /// <param name="name">The component.</param>
    /// <returns>The health.</returns>
    public static ComponentHealth Healthy(string name) => new(name, HealthStatus.Healthy, []);
}
