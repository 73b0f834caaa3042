using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>What discovery measures.</summary>
internal static class DiscoveryMetrics
{
    private static readonly Counter<long> Updates = SiraDiagnostics.Meter.CreateCounter<long>("sira.discovery.updates", "{list}", "Lists of endpoints that sources gave, by service and source.");

    private static readonly Counter<long> Failures = SiraDiagnostics.Meter.CreateCounter<long>("sira.discovery.failures", "{failure}", "Failures of sources, by service and source.");

    public static void Updated(string service, string source) => Updates.Add(1, Tag("sira.service", service), Tag("sira.discovery.source", source));

    public static void Failed(string service, string source) => Failures.Add(1, Tag("sira.service", service), Tag("sira.discovery.source", source));

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
