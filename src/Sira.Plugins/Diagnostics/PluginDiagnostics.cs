using System.Globalization;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Plugins.Hosting;

namespace Sira.Plugins.Diagnostics;

/// <summary>Tells how every plugin is.</summary>
internal sealed class PluginDiagnostics(IPluginHost plugins) : IDiagnosticsSource
{
    public string Name => "plugins";

    public void Contribute(DiagnosticsSnapshotBuilder snapshot)
    {
        foreach (var plugin in plugins.Plugins)
        {
            snapshot.AddFact(Name, plugin.Id, string.Create(
                CultureInfo.InvariantCulture,
                $"{plugin.Version} {plugin.State}, {plugin.Trust}, {plugin.Calls} calls, {plugin.Faults} faults, {plugin.InFlight} in flight, {plugin.CallDuration.TotalMilliseconds:0} ms, {plugin.AllocatedBytes} B{(plugin.Reason is { } reason ? $". {reason}" : string.Empty)}"));
        }

        snapshot.AddFact(Name, "unloading", plugins.Unloading.ToString(CultureInfo.InvariantCulture));
    }
}
