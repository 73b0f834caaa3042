using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Kernel.Health.Status;

/// <summary>Degraded while the host's configuration on disk is not the one that is in force, because the last change of it had mistakes.</summary>
internal sealed class ConfigurationHealth(ISiraConfiguration configuration) : IHealthContributor
{
    public string Name => "configuration";

    public ComponentHealth Check()
    {
        // What an operator tried by hand and was told of is no trouble; a file that was turned down is what the next start will fail with.
        var last = configuration.Versions.LastOrDefault(static version => version.Source is ConfigurationSource.HostReload or ConfigurationSource.Start or ConfigurationSource.Reset);
        var current = configuration.Current;
        var isRejected = last is { State: ConfigurationVersionState.Rejected };
        return new ComponentHealth(
            Name,
            isRejected ? HealthStatus.Degraded : HealthStatus.Healthy,
            isRejected ? [string.Create(CultureInfo.InvariantCulture, $"The changed configuration (version {last!.Number}) has {last.Report.Errors.Count} {(last.Report.Errors.Count == 1 ? "mistake" : "mistakes")}, so version {current?.Number} stays in force: {last.Report.Errors[0]}")] : [])
        {
            Data = new Dictionary<string, string> { ["version"] = current?.Number.ToString(CultureInfo.InvariantCulture) ?? "none" },
        };
    }
}
