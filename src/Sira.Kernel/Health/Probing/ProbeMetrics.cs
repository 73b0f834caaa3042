using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Kernel.Health.Probing;

/// <summary>What health checks measure.</summary>
internal static class ProbeMetrics
{
    private static readonly Counter<long> Probes = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.health.probes", "{probe}", "Active health checks by service and outcome: healthy, degraded, unhealthy, timeout, or inconclusive when this process itself stood still.");

    public static void Count(string service, string outcome) =>
        Probes.Add(1, new KeyValuePair<string, object?>("sira.service", service), new KeyValuePair<string, object?>("sira.health.outcome", outcome));
}
