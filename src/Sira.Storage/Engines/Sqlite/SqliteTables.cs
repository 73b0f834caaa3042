using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>What the one writer does with the tables, in a transaction that somebody else begins and ends.</summary>
internal sealed class SqliteTables : IDisposable
{
    private readonly string engine;
    private readonly TimeProvider time;
    private readonly SqlitePartitions partitions;
    private readonly SqliteSequence sequence;
    private readonly Dictionary<StorePartition, SqlitePartition> created = [];
    private readonly SqliteStatement findNamespace, addNamespace, findPartition, addPartition;
    private readonly SqliteStatement findItem, putItem, deleteItem, expireItems;
    private readonly SqliteStatement findStream, addStream, moveStream, deleteStream, addEvent, trimEvents, deleteEvents;

    public SqliteTables(SqliteDatabase database, string engine, SqlitePartitions partitions, TimeProvider time)
    {
        (this.engine, this.time, this.partitions) = (engine, time, partitions);
        sequence = new SqliteSequence(database);
        findNamespace = database.Prepare("SELECT id FROM namespaces WHERE name = ?1");
        addNamespace = database.Prepare("INSERT INTO namespaces (name) VALUES (?1) RETURNING id");
        findPartition = database.Prepare(SqliteReader.FindPartition);
        addPartition = database.Prepare("INSERT INTO partitions (namespace, tenant) VALUES (?1, ?2) RETURNING id");
        findItem = database.Prepare("SELECT tag FROM items WHERE partition = ?1 AND name = ?2 AND (expires IS NULL OR expires > ?3)");
        putItem = database.Prepare("INSERT INTO items (partition, name, tag, expires, value) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (partition, name) DO UPDATE SET tag = ?3, expires = ?4, value = ?5");
        deleteItem = database.Prepare("DELETE FROM items WHERE partition = ?1 AND name = ?2");
        expireItems = database.Prepare("DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE expires <= ?1 LIMIT ?2)");
        findStream = database.Prepare("SELECT id, version FROM streams WHERE partition = ?1 AND name = ?2");
        addStream = database.Prepare("INSERT INTO streams (partition, name, version) VALUES (?1, ?2, ?3) RETURNING id");
        moveStream = database.Prepare("UPDATE streams SET version = ?2 WHERE id = ?1");
        deleteStream = database.Prepare("DELETE FROM streams WHERE id = ?1");
        addEvent = database.Prepare("INSERT INTO events (id, stream, version, type, at, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        trimEvents = database.Prepare("DELETE FROM events WHERE stream = ?1 AND version <= ?2 RETURNING 1");
        deleteEvents = database.Prepare("DELETE FROM events WHERE stream = ?1");
    }

    /// <summary>Gets what was changed in the transaction, in its order.</summary>
    public List<StoreChange> Changes { get; } = [];

    /// <summary>Gets the time of the transaction.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Begins to collect what a transaction does.</summary>
    public void Begin() => Now = time.GetUtcNow();

    /// <summary>Makes known what the transaction has brought, now that it is in the file.</summary>
    public void Committed()
    {
        foreach (var (partition, found) in created)
        {
            partitions.Add(partition, found);
        }

        created.Clear();
    }

    /// <summary>Forgets what the transaction was to bring.</summary>
    public void RolledBack()
    {
        created.Clear();
        Changes.Clear();
        sequence.RolledBack();
    }

    /// <summary>Returns the tag of the value that stands at a key.</summary>
    public ETag FindTag(in StoreKey key)
    {
        if (Find(key.Partition) is not { } partition)
        {
            return ETag.None;
        }

        findItem.Bind(1, partition.Id).Bind(2, key.Name).Bind(3, Now.UtcTicks);
        var tag = findItem.Step() ? new ETag(findItem.Number(0)) : ETag.None;
        findItem.Reset();
        return tag;
    }

    public ETag Put(in StoreKey key, ReadOnlySpan<byte> value, TimeSpan? timeToLive)
    {
        var number = sequence.Next();
        putItem.Bind(1, FindOrAdd(key.Partition).Id).Bind(2, key.Name).Bind(3, number).Bind(4, timeToLive is { } kept ? (Now + kept).UtcTicks : null).Bind(5, value).Run();
        var tag = new ETag(number);
        Changes.Add(new StoreChange(ChangeKind.Put, key, tag));
        return tag;
    }

    public void Delete(in StoreKey key)
    {
        deleteItem.Bind(1, FindOrAdd(key.Partition).Id).Bind(2, key.Name).Run();
        Changes.Add(new StoreChange(ChangeKind.Delete, key, ETag.None));
    }

    /// <summary>Deletes values whose time has come.</summary>
    public void Expire(int maximum) => expireItems.Bind(1, Now.UtcTicks).Bind(2, maximum).Run();

    /// <summary>Returns a stream: its number and its version, 0 and 0 for none.</summary>
    public (long Id, long Version) FindStream(in StoreKey stream)
    {
        if (Find(stream.Partition) is not { } partition)
        {
            return default;
        }

        findStream.Bind(1, partition.Id).Bind(2, stream.Name);
        var found = findStream.Step() ? (findStream.Number(0), findStream.Number(1)) : default;
        findStream.Reset();
        return found;
    }

    public AppendResult Append(in StoreKey stream, (long Id, long Version) found, IReadOnlyList<EventData> events)
    {
        var partition = FindOrAdd(stream.Partition);
        var (id, version) = found;
        if (id == 0)
        {
            id = First(addStream.Bind(1, partition.Id).Bind(2, stream.Name).Bind(3, events.Count));
        }
        else
        {
            moveStream.Bind(1, id).Bind(2, version + events.Count).Run();
        }

        for (var i = 0; i < events.Count; i++)
        {
            addEvent.Bind(1, SqlitePartition.EventId(partition.Namespace, sequence.Next())).Bind(2, id).Bind(3, ++version).Bind(4, events[i].Type).Bind(5, Now.UtcTicks).Bind(6, events[i].Data.Span).Run();
        }

        Changes.Add(new StoreChange(ChangeKind.Append, stream, ETag.None));
        return new AppendResult(IsDone: true, version, sequence.Last);
    }

    /// <summary>Forgets the events of a stream up to a version.</summary>
    /// <returns>How many there were.</returns>
    public long Trim(long stream, long upTo)
    {
        trimEvents.Bind(1, stream).Bind(2, upTo);
        long count = 0;
        while (trimEvents.Step())
        {
            count++;
        }

        trimEvents.Reset();
        return count;
    }

    public void DeleteStream(long stream)
    {
        deleteEvents.Bind(1, stream).Run();
        deleteStream.Bind(1, stream).Run();
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[findNamespace, addNamespace, findPartition, addPartition, findItem, putItem, deleteItem, expireItems, findStream, addStream, moveStream, deleteStream, addEvent, trimEvents, deleteEvents])
        {
            statement.Dispose();
        }

        sequence.Dispose();
    }

    private static long First(SqliteStatement statement)
    {
        try
        {
            return statement.Step() ? statement.Number(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }

    private SqlitePartition? Find(in StorePartition partition)
    {
        if (partitions.Find(partition) is { } known)
        {
            return known;
        }

        if (created.TryGetValue(partition, out var added))
        {
            return added;
        }

        if (SqliteReader.ReadPartition(findPartition, partition) is not { } found)
        {
            return null;
        }

        created.Add(partition, found);
        return found;
    }

    private SqlitePartition FindOrAdd(in StorePartition partition)
    {
        if (Find(partition) is { } known)
        {
            return known;
        }

        var @namespace = First(findNamespace.Bind(1, partition.Namespace));
        @namespace = @namespace > 0 ? @namespace : First(addNamespace.Bind(1, partition.Namespace));
        if (@namespace > SqlitePartition.MaximumNamespaces)
        {
            throw new StorageException(StorageErrorKind.Full, engine, $"The engine '{engine}' has {SqlitePartition.MaximumNamespaces} namespaces and takes no more: '{partition.Namespace}'. Use tenants or names for what there are many of.");
        }

        var added = new SqlitePartition(First(addPartition.Bind(1, @namespace).Bind(2, partition.Tenant ?? string.Empty)), @namespace);
        created.Add(partition, added);
        return added;
    }
}
