using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Resources.Leases;

namespace Sira.Kernel.Resources;

/// <summary>What the resource scheduler measures.</summary>
internal static class ResourceMetrics
{
    private static readonly Counter<long> TakenBack = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.lease.taken_back", "{lease}", "Leases that were taken back from holders that neither renewed nor ended them.");

    public static void LeaseTakenBack(LeaseState reason) => TakenBack.Add(1, new KeyValuePair<string, object?>("sira.lease.reason", reason == LeaseState.Expired ? "expired" : "preempted"));
}
