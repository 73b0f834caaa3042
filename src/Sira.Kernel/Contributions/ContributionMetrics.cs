using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Kernel.Contributions;

/// <summary>What is measured of calls into plugins.</summary>
internal static class ContributionMetrics
{
    private const string PluginTag = "sira.plugin.id";

    private static readonly Histogram<double> Durations = SiraDiagnostics.Meter.CreateHistogram<double>(
        "sira.plugin.call.duration", "s", "How long calls into a plugin's contributions took.");

    private static readonly Counter<long> Allocations = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.plugin.call.allocated", "By", "Bytes that calls into a plugin's contributions allocated, as far as they ended on the thread on which they began.");

    private static readonly Counter<long> Faults = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.plugin.call.faults", "{call}", "Calls into a plugin's contributions that threw.");

    public static void Ended(string plugin, TimeSpan duration, long bytes)
    {
        if (Durations.Enabled)
        {
            Durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(PluginTag, plugin));
        }

        if (Allocations.Enabled)
        {
            Allocations.Add(bytes, new KeyValuePair<string, object?>(PluginTag, plugin));
        }
    }

    public static void Failed(string plugin, Exception exception) => Faults.Add(
        1, new KeyValuePair<string, object?>(PluginTag, plugin), new KeyValuePair<string, object?>("error.type", exception.GetType().FullName));
}
