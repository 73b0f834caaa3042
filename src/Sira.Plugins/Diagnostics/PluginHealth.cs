using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Health.Status;
using Sira.Plugins.Hosting;

namespace Sira.Plugins.Diagnostics;

/// <summary>Degraded while a plugin that should run does not, or not as it should.</summary>
internal sealed class PluginHealth(IPluginHost plugins) : IHealthContributor
{
    public string Name => "plugins";

    public ComponentHealth Check()
    {
        var all = plugins.Plugins;
        string[] reasons = [.. all.Where(static plugin => plugin.State is PluginState.Discovered or PluginState.Faulted or PluginState.Quarantined or PluginState.Degraded).Select(Describe)];
        return new ComponentHealth(Name, reasons.Length == 0 ? HealthStatus.Healthy : HealthStatus.Degraded, reasons)
        {
            Data = new Dictionary<string, string>
            {
                ["started"] = all.Count(static plugin => plugin.State == PluginState.Started).ToString(CultureInfo.InvariantCulture),
                ["unloading"] = plugins.Unloading.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private static string Describe(PluginStatus plugin) => $"The plugin {$"{plugin.Id} {plugin.Version}".TrimEnd()} {plugin.State switch
    {
        PluginState.Quarantined => "is in quarantine",
        PluginState.Degraded => "failed too often and is in use",
        PluginState.Faulted => "failed",
        _ => "is not loaded",
    }}: {plugin.Reason}";
}
