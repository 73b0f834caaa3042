using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Storage.Layers;

/// <summary>What the cache over an engine measures.</summary>
internal sealed class LayerMetrics(string engine)
{
    private static readonly Counter<long> Hits = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.cache.hits", "{read}", "Reads that the cache over an engine answered.");
    private static readonly Counter<long> Misses = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.cache.misses", "{read}", "Reads for which the engine below was asked, or for which a read that was under way was waited for.");
    private static readonly Counter<long> StaleReads = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.cache.stale", "{read}", "Reads that were answered with a copy that may have been changed.");
    private static readonly Counter<long> Evictions = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.cache.evictions", "{value}", "Copies that made room for others.");

    private readonly KeyValuePair<string, object?> tag = new("sira.storage.engine", engine);

    public void Hit()
    {
        // Asked first: what nobody listens to shall not cost a call.
        if (Hits.Enabled)
        {
            Hits.Add(1, tag);
        }
    }

    public void Missed() => Misses.Add(1, tag);

    public void Stale() => StaleReads.Add(1, tag);

    public void Evicted(int count)
    {
        if (count > 0)
        {
            Evictions.Add(count, tag);
        }
    }
}
