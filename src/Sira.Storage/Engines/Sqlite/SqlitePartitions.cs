using System.Collections.Concurrent;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>The numbers of namespaces and partitions that the file has, as far as they were asked for. They are never taken back.</summary>
internal sealed class SqlitePartitions
{
    // What is beyond is looked up in the file each time.
    private const int Maximum = 100_000;

    private readonly ConcurrentDictionary<StorePartition, SqlitePartition> known = new();

    public SqlitePartition? Find(in StorePartition partition) => known.TryGetValue(partition, out var found) ? found : null;

    public void Add(in StorePartition partition, SqlitePartition found)
    {
        if (known.Count < Maximum)
        {
            known.TryAdd(partition, found);
        }
    }
}
