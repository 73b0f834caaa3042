using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>How many writes share a commit.</summary>
internal static class CommitMetrics
{
    private static readonly Histogram<int> Writes = SiraDiagnostics.Meter.CreateHistogram<int>(
        "sira.storage.rocksdb.commit.writes", "{write}", "Writes that were made with one commit of the writer.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });

    public static void Record(string engine, int writes, bool isSynced)
    {
        if (Writes.Enabled)
        {
            Writes.Record(writes, new("sira.storage.engine", engine), new("sira.storage.synced", isSynced));
        }
    }
}
