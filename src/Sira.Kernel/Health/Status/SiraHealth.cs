using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Errors;

namespace Sira.Kernel.Health.Status;

/// <summary>Puts the status together.</summary>
public sealed class SiraHealth : ISiraHealth
{
    private readonly IHealthContributor[] contributors;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="contributors">The components.</param>
    public SiraHealth(IEnumerable<IHealthContributor> contributors)
    {
        ArgumentNullException.ThrowIfNull(contributors);
        this.contributors = [.. contributors];
    }

    /// <inheritdoc />
    public HealthSummary Check()
    {
        var components = contributors.Select(Ask).OrderBy(static component => component.Status).ToArray();
        return new HealthSummary(components.Length == 0 ? HealthStatus.Healthy : components[0].Status, components);
    }

    private static ComponentHealth Ask(IHealthContributor contributor)
    {
        try
        {
            return contributor.Check();
        }
#pragma warning disable CA1031 // A component that cannot tell how it is must not hide the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new ComponentHealth(contributor.Name, HealthStatus.Unhealthy, [Sentence.End($"It could not tell how it is: {exception.GetType().Name}: {exception.Message}")]);
        }
    }
}
