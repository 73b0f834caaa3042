using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Session.Memory;

/// <summary>What the memory counts.</summary>
internal static class MemoryMetrics
{
    public static Counter<long> Evicted { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.memory.evicted", "{item}", "Items that were forgotten because their owner's memory was full.");
}
