using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Session.Compaction;

/// <summary>What compaction counts.</summary>
internal static class CompactionMetrics
{
    public static Counter<long> Runs { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.compactions", "{run}", "Compactions that had something to do, by compactor and by whether they failed.");

    public static void Count(string compactor, bool failed) => Runs.Add(1, new("sira.session.compactor", compactor), new("sira.session.compaction.failed", failed));
}
