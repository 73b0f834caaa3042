using System.Text;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>A connection that reads. Used by one caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    public const string FindPartition = "SELECT p.id, p.namespace FROM namespaces n JOIN partitions p ON p.namespace = n.id WHERE n.name = ?1 AND p.tenant = ?2";

    // A page ends early where its values are large.
    private const int PageBytes = 16 * 1024 * 1024;

    private readonly SqliteDatabase database;
    private readonly SqlitePartitions partitions;
    private readonly SqliteStatement findPartition, findNamespace, findItem, scanItems, scanNames, findVersion, readEvents, readAll, listStreams, listPartitions;

    public SqliteReader(SqliteDatabase database, SqlitePartitions partitions)
    {
        (this.database, this.partitions) = (database, partitions);
        findPartition = database.Prepare(FindPartition);
        findNamespace = database.Prepare("SELECT id FROM namespaces WHERE name = ?1");
        findItem = database.Prepare("SELECT tag, expires, value FROM items WHERE partition = ?1 AND name = ?2 AND (expires IS NULL OR expires > ?3)");
        scanItems = database.Prepare(Scan("name, tag, expires, value"));
        scanNames = database.Prepare(Scan("name, tag, expires"));
        findVersion = database.Prepare("SELECT version FROM streams WHERE partition = ?1 AND name = ?2");
        readEvents = database.Prepare("SELECT id, version, type, at, data FROM events WHERE stream = (SELECT id FROM streams WHERE partition = ?1 AND name = ?2) AND version > ?3 ORDER BY version LIMIT ?4");
        readAll = database.Prepare("SELECT e.id, e.version, e.type, e.at, e.data, s.name, p.tenant FROM events e JOIN streams s ON s.id = e.stream JOIN partitions p ON p.id = s.partition WHERE e.id > ?1 AND e.id < ?2 ORDER BY e.id LIMIT ?3");
        listStreams = database.Prepare("SELECT name, version FROM streams WHERE partition = ?1 AND name >= ?2 AND name < ?3 ORDER BY name LIMIT ?4");
        listPartitions = database.Prepare("SELECT n.name, p.tenant FROM partitions p JOIN namespaces n ON n.id = p.namespace WHERE (?1 = x'' OR n.name = ?1) ORDER BY n.name, p.tenant");
    }

    public static SqlitePartition? ReadPartition(SqliteStatement statement, in StorePartition partition)
    {
        statement.Bind(1, partition.Namespace).Bind(2, partition.Tenant ?? string.Empty);
        SqlitePartition? found = statement.Step() ? new SqlitePartition(statement.Number(0), statement.Number(1)) : null;
        statement.Reset();
        return found;
    }

    public StoreEntry? Get(in StoreKey key, DateTimeOffset now)
    {
        if (Find(key.Partition) is not { } partition)
        {
            return null;
        }

        findItem.Bind(1, partition.Id).Bind(2, key.Name).Bind(3, now.UtcTicks);
        StoreEntry? found = findItem.Step() ? Entry(findItem, first: 0, withValue: true) : null;
        findItem.Reset();
        return found;
    }

    public StorePage ReadItems(in StoreScan scan, int size, DateTimeOffset now)
    {
        var items = new List<StoreItem>();
        if (Find(scan.Partition) is not { } partition)
        {
            return new StorePage(items, Next: null);
        }

        var statement = scan.KeysOnly ? scanNames : scanItems;
        statement.Bind(5, now.UtcTicks);
        BindRange(statement, partition, scan, size + 1);
        string? next = null;
        for (long bytes = 0; statement.Step();)
        {
            if (items.Count == size || bytes > PageBytes)
            {
                next = items[^1].Name;
                break;
            }

            items.Add(new StoreItem(statement.Text(0), Entry(statement, first: 1, !scan.KeysOnly)));
            bytes += items[^1].Entry.Value.Length;
        }

        statement.Reset();
        return new StorePage(items, next);
    }

    public long FindVersion(in StoreKey stream)
    {
        if (Find(stream.Partition) is not { } partition)
        {
            return 0;
        }

        findVersion.Bind(1, partition.Id).Bind(2, stream.Name);
        var version = findVersion.Step() ? findVersion.Number(0) : 0;
        findVersion.Reset();
        return version;
    }

    public EventPage ReadEvents(in StoreKey stream, long after, int maximum)
    {
        if (Find(stream.Partition) is not { } partition)
        {
            return new EventPage([], after, IsEnd: true);
        }

        readEvents.Bind(1, partition.Id).Bind(2, stream.Name).Bind(3, after).Bind(4, maximum + 1L);
        var key = stream;
        return Page(readEvents, after, maximum, (statement) => Event(statement, key), static item => item.Version);
    }

    public EventPage ReadAll(string @namespace, long after, int maximum)
    {
        findNamespace.Bind(1, @namespace);
        var number = findNamespace.Step() ? findNamespace.Number(0) : 0;
        findNamespace.Reset();
        if (number == 0)
        {
            return new EventPage([], after, IsEnd: true);
        }

        readAll.Bind(1, SqlitePartition.EventId(number, after)).Bind(2, SqlitePartition.EventId(number + 1, 0)).Bind(3, maximum + 1L);
        return Page(readAll, after, maximum, statement => Event(statement, new StoreKey(@namespace, statement.Text(5), Tenant(statement, 6))), static item => item.Position);
    }

    public StreamPage ReadStreams(in StoreScan scan, int size)
    {
        var streams = new List<StreamInfo>();
        if (Find(scan.Partition) is not { } partition)
        {
            return new StreamPage(streams, Next: null);
        }

        BindRange(listStreams, partition, scan, size + 1);
        while (listStreams.Step())
        {
            streams.Add(new StreamInfo(listStreams.Text(0), listStreams.Number(1)));
        }

        listStreams.Reset();
        if (streams.Count <= size)
        {
            return new StreamPage(streams, Next: null);
        }

        streams.RemoveAt(size);
        return new StreamPage(streams, streams[^1].Name);
    }

    public List<StorePartition> ReadPartitions(string? @namespace)
    {
        var found = new List<StorePartition>();
        listPartitions.Bind(1, @namespace ?? string.Empty);
        while (listPartitions.Step())
        {
            found.Add(new StorePartition(listPartitions.Text(0), Tenant(listPartitions, 1)));
        }

        listPartitions.Reset();
        return found;
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[findPartition, findNamespace, findItem, scanItems, scanNames, findVersion, readEvents, readAll, listStreams, listPartitions])
        {
            statement.Dispose();
        }

        database.Dispose();
    }

    private static string Scan(string columns) =>
        $"SELECT {columns} FROM items WHERE partition = ?1 AND name >= ?2 AND name < ?3 AND (expires IS NULL OR expires > ?5) ORDER BY name LIMIT ?4";

    private static void BindRange(SqliteStatement statement, SqlitePartition partition, in StoreScan scan, int limit)
    {
        var from = scan.After is { } after && NameOrder.Instance.Compare(after, scan.Prefix) >= 0 ? After(after) : Encoding.UTF8.GetBytes(scan.Prefix);

        // No byte of UTF-8 is 0xFF, so that a prefix with one behind it is above every name that begins with the prefix.
        byte[] end = [.. Encoding.UTF8.GetBytes(scan.Prefix), 0xff];
        statement.Bind(1, partition.Id).Bind(2, from).Bind(3, end).Bind(4, limit);
    }

    // The next name in the order of bytes.
    private static byte[] After(string name) => [.. Encoding.UTF8.GetBytes(name), 0];

    private static EventPage Page(SqliteStatement statement, long after, int maximum, Func<SqliteStatement, StoredEvent> read, Func<StoredEvent, long> place)
    {
        var events = new List<StoredEvent>();
        var isEnd = true;
        for (long bytes = 0; statement.Step();)
        {
            if (events.Count == maximum || bytes > PageBytes)
            {
                isEnd = false;
                break;
            }

            events.Add(read(statement));
            bytes += events[^1].Data.Length;
        }

        statement.Reset();
        return new EventPage(events, events.Count == 0 ? after : place(events[^1]), isEnd);
    }

    private static StoreEntry Entry(SqliteStatement statement, int first, bool withValue) => new(
        withValue ? statement.Blob(first + 2).ToArray() : default,
        new ETag(statement.Number(first)),
        statement.IsNull(first + 1) ? null : new DateTimeOffset(statement.Number(first + 1), TimeSpan.Zero));

    private static StoredEvent Event(SqliteStatement statement, in StoreKey stream) => new(
        stream,
        statement.Number(1),
        SqlitePartition.PositionOf(statement.Number(0)),
        statement.Text(2),
        statement.Blob(4).ToArray(),
        new DateTimeOffset(statement.Number(3), TimeSpan.Zero));

    private static string? Tenant(SqliteStatement statement, int column) => statement.Blob(column).IsEmpty ? null : statement.Text(column);

    private SqlitePartition? Find(in StorePartition partition)
    {
        if (partitions.Find(partition) is { } known)
        {
            return known;
        }

        if (ReadPartition(findPartition, partition) is not { } found)
        {
            return null;
        }

        partitions.Add(partition, found);
        return found;
    }
}
