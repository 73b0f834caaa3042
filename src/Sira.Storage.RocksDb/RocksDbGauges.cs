using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb;

/// <summary>What the databases that are open take of disk and memory.</summary>
/// <remarks>Refers to them weakly: one that nobody holds any more is measured no longer.</remarks>
internal static class RocksDbGauges
{
    private static readonly string[] Disk = ["rocksdb.total-sst-files-size"];
    private static readonly string[] Tables = ["rocksdb.cur-size-all-mem-tables", "rocksdb.estimate-table-readers-mem"];
    private static readonly string[] Cache = ["rocksdb.block-cache-usage"];
    private static readonly string[] Compaction = ["rocksdb.estimate-pending-compaction-bytes"];

    private static readonly Lock Gate = new();
    private static readonly List<(WeakReference<OpenSession> Session, string Engine)> Sessions = [];

    static RocksDbGauges()
    {
        SiraDiagnostics.Meter.CreateObservableGauge("sira.storage.rocksdb.disk", static () => Measure(static database => Sum(database, Disk)), "By", "Size of the tables on the disk.");
        SiraDiagnostics.Meter.CreateObservableGauge("sira.storage.rocksdb.memory", static () => Measure(static database => Sum(database, Tables) + database.GetProperty(database.Families[0], Cache[0])), "By", "Memory of writes that are not in tables yet, and of the block cache.");
        SiraDiagnostics.Meter.CreateObservableGauge("sira.storage.rocksdb.pending_compaction", static () => Measure(static database => Sum(database, Compaction)), "By", "What is to be rewritten before writes are slowed down no longer.");
    }

    public static void Add(OpenSession session, string engine)
    {
        lock (Gate)
        {
            Sessions.RemoveAll(static other => !other.Session.TryGetTarget(out var target) || target.Database.Native.IsClosed);
            Sessions.Add((new WeakReference<OpenSession>(session), engine));
        }
    }

    private static List<Measurement<long>> Measure(Func<Database, long> value)
    {
        var measured = new List<Measurement<long>>();
        lock (Gate)
        {
            foreach (var (reference, engine) in Sessions)
            {
                try
                {
                    if (reference.TryGetTarget(out var session) && !session.Database.Native.IsClosed)
                    {
                        measured.Add(new Measurement<long>(value(session.Database.Native), new KeyValuePair<string, object?>("sira.storage.engine", engine)));
                    }
                }
                catch (ObjectDisposedException)
                {
                    // Closed in between.
                }
            }
        }

        return measured;
    }

    private static long Sum(Database database, string[] properties)
    {
        long sum = 0;
        foreach (var family in database.Families)
        {
            foreach (var property in properties)
            {
                sum += database.GetProperty(family, property);
            }
        }

        return sum;
    }
}
