using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;

namespace Sira.Kernel.Health.Status;

/// <summary>Puts the status together.</summary>
public sealed class SiraHealth : ISiraHealth
{
    private readonly Func<IEnumerable<ComponentHealth>> ask;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="contributors">The components.</param>
    public SiraHealth(IEnumerable<IHealthContributor> contributors)
    {
        ArgumentNullException.ThrowIfNull(contributors);
        IHealthContributor[] all = [.. contributors];
        ask = () => all.Select(Ask);
    }

    /// <summary>Initializes a new instance that follows what plugins contribute.</summary>
    /// <param name="contributions">What host and plugins contribute.</param>
    public SiraHealth(ContributionCatalogue contributions)
    {
        ArgumentNullException.ThrowIfNull(contributions);
        ask = () => contributions.Current.Get<IHealthContributor>().Select(Ask).OfType<ComponentHealth>();
    }

    /// <inheritdoc />
    public HealthSummary Check()
    {
        var components = ask().OrderBy(static component => component.Status).ToArray();
        return new HealthSummary(components.Length == 0 ? HealthStatus.Healthy : components[0].Status, components);
    }

    private static ComponentHealth? Ask(Contribution<IHealthContributor> contribution)
    {
        if (!contribution.TryEnter(out var call))
        {
            return null;
        }

        using (call)
        {
            // Copied: nothing of a plugin's making is handed on.
            var told = Ask(call.Value);
            return told with { Reasons = [.. told.Reasons], Data = new Dictionary<string, string>(told.Data) };
        }
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
            return new ComponentHealth(contributor.Name, HealthStatus.Unhealthy, [Sentence.End($"It could not tell how it is: {exception.GetType().Name}: {SecretText.Mask(exception.Message)}")]);
        }
    }
}
