using Sira.Storage.Changes;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;
using Sira.Storage.Values;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>The writes that are made with the next commit, and the database as it will be with them. Under the writer's lock.</summary>
internal sealed class WriteScope(OpenDatabase database, ChangeHub changes) : IDisposable
{
    // A batch keeps the memory that it has taken once.
    private const long LargeBatch = 1024 * 1024;

    // Beyond this, one entry for a whole range is cheaper than one for each event; but each makes reading a little slower.
    private const long ManyEvents = 256;

    private readonly Dictionary<StoreKey, ETag> tags = [];
    private readonly Dictionary<StoreKey, StreamHead> heads = [];
    private readonly List<StoreChange> told = [];
    private readonly Sequence sequence = new(database);
    private WriteBatch batch = new();
    private bool isShared;

    /// <summary>Gets how many entries are written.</summary>
    public int Count => batch.Count;

    /// <summary>Gets how many bytes are written.</summary>
    public long Bytes => batch.Bytes;

    /// <summary>Gets whether it has to be on the disk when it has been written, whatever the writes ask.</summary>
    public bool NeedsSync => sequence.IsReserving;

    /// <summary>Begins anew.</summary>
    /// <param name="isShared">Whether several requests are staged, of which later ones must see what earlier ones will have written.</param>
    public void Begin(bool isShared)
    {
        this.isShared = isShared;
        if (batch.Count > 0)
        {
            Clear();
        }
    }

    /// <summary>Returns the tag of a value.</summary>
    public ETag TagOf(in StoreKey key) => isShared && tags.TryGetValue(key, out var tag) ? tag : database.Find(key, withBytes: false)?.ETag ?? ETag.None;

    /// <summary>Returns the head of a stream.</summary>
    public StreamHead HeadOf(in StoreKey stream) => isShared && heads.TryGetValue(stream, out var head) ? head : database.FindHead(stream);

    /// <summary>Writes a value.</summary>
    public ETag Put(in StoreKey key, ReadOnlySpan<byte> value, TimeSpan? timeToLive)
    {
        Span<byte> buffer = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> header = stackalloc byte[ValueRecord.HeaderSize];
        var tag = new ETag(sequence.Next(batch, database.Meta));
        ValueRecord.WriteHeader(timeToLive is { } time ? database.Now + time.Ticks : 0, tag.Number, header);
        batch.Put(database.Values, buffer[..KeyLayout.WriteName(key, buffer)], header, value);
        Note(key, tag, ChangeKind.Put);
        return tag;
    }

    /// <summary>Deletes a value that is there.</summary>
    public void Delete(in StoreKey key)
    {
        Span<byte> buffer = stackalloc byte[KeyLayout.MaximumLength];
        batch.Delete(database.Values, buffer[..KeyLayout.WriteName(key, buffer)]);
        Note(key, ETag.None, ChangeKind.Delete);
    }

    /// <summary>Appends events to a stream.</summary>
    public AppendResult Append(in StoreKey stream, in StreamHead head, IReadOnlyList<EventData> events)
    {
        Span<byte> eventKey = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> orderKey = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> header = stackalloc byte[EventRecord.MaximumHeaderSize];
        var streamLength = KeyLayout.WriteStream(stream, eventKey);
        var namespaceLength = KeyLayout.WriteNamespace(stream.Namespace, orderKey);
        var (now, version, position) = (database.Now, head.Version, 0L);
        for (var i = 0; i < events.Count; i++)
        {
            var item = events[i];
            position = sequence.Next(batch, database.Meta);
            var key = eventKey[..(streamLength + KeyLayout.WriteNumber(++version, eventKey[streamLength..]))];
            batch.Put(database.Events, key, header[..EventRecord.WriteHeader(position, now, item.Type, header)], item.Data.Span);
            batch.Put(database.Order, orderKey[..(namespaceLength + KeyLayout.WriteNumber(position, orderKey[namespaceLength..]))], key);
        }

        WriteHead(stream, head with { Version = version });
        told.Add(new StoreChange(ChangeKind.Append, stream, ETag.None));

        return new AppendResult(IsDone: true, version, position);
    }

    /// <summary>Forgets the events of a stream up to one; alone in its commit, since it reads what is in the database.</summary>
    /// <returns>How many they were.</returns>
    public long Forget(in StoreKey stream, in StreamHead head, long upTo)
    {
        var last = Math.Min(upTo, head.Version);
        var count = last - head.First + 1;
        if (count <= 0)
        {
            return 0;
        }

        Span<byte> key = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> end = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> orderKey = stackalloc byte[KeyLayout.MaximumLength];
        var length = KeyLayout.WriteStream(stream, key);
        key[..length].CopyTo(end);
        var from = key[..(length + KeyLayout.WriteNumber(head.First, key[length..]))];
        var to = end[..(length + KeyLayout.WriteNumber(last + 1, end[length..]))];
        var namespaceLength = KeyLayout.WriteNamespace(stream.Namespace, orderKey);
        using (var iterator = database.Walk(database.Events, to, fillCache: false))
        {
            for (var isThere = iterator.Seek(from); isThere; isThere = iterator.Next())
            {
                var position = EventRecord.ReadPosition(iterator.Value);
                batch.Delete(database.Order, orderKey[..(namespaceLength + KeyLayout.WriteNumber(position, orderKey[namespaceLength..]))]);
                if (count <= ManyEvents)
                {
                    batch.Delete(database.Events, iterator.Key);
                }
            }
        }

        if (count > ManyEvents)
        {
            batch.DeleteRange(database.Events, from, to);
        }

        return count;
    }

    /// <summary>Writes the head of a stream.</summary>
    public void WriteHead(in StoreKey stream, in StreamHead head)
    {
        Span<byte> buffer = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> record = stackalloc byte[StreamHead.Size];
        head.Write(record);
        batch.Put(database.Streams, buffer[..KeyLayout.WriteName(stream, buffer)], record);
        if (isShared)
        {
            heads[stream] = head;
        }
    }

    /// <summary>Deletes the head of a stream; alone in its commit.</summary>
    public void DeleteHead(in StoreKey stream)
    {
        Span<byte> buffer = stackalloc byte[KeyLayout.MaximumLength];
        batch.Delete(database.Streams, buffer[..KeyLayout.WriteName(stream, buffer)]);
    }

    /// <summary>Makes the writes, and tells of them.</summary>
    /// <exception cref="NativeException">They were not made, or it is not known.</exception>
    public void Commit(WriteOptions options)
    {
        database.Native.Write(batch, options);
        sequence.Keep();
        foreach (var change in told)
        {
            changes.Tell(change);
        }

        Clear();
    }

    /// <summary>Drops the writes.</summary>
    public void Drop()
    {
        sequence.Drop();
        Clear();
    }

    public void Dispose() => batch.Dispose();

    private void Note(in StoreKey key, ETag tag, ChangeKind kind)
    {
        if (isShared)
        {
            tags[key] = tag;
        }

        told.Add(new StoreChange(kind, key, tag));
    }

    private void Clear()
    {
        if (batch.Bytes > LargeBatch)
        {
            batch.Dispose();
            batch = new WriteBatch();
        }
        else
        {
            batch.Clear();
        }

        tags.Clear();
        heads.Clear();
        told.Clear();
    }
}
