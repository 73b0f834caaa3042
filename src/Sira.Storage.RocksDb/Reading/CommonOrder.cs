using System.Runtime.InteropServices;
using Sira.Storage.Events;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb.Reading;

/// <summary>Reads the events of all streams of a namespace: their positions first, then the events, at one instant.</summary>
internal sealed class CommonOrder(OpenDatabase database, string @namespace)
{
    // Values that were read are kept in the cache until all of a chunk have been copied.
    private const int Chunk = 128;

    private readonly List<StoredEvent> events = [];
    private readonly List<long> positions = [];
    private readonly List<byte> keys = [];
    private readonly List<int> ends = [];
    private long bytes;

    public EventPage Read(long after, int maximum)
    {
        if (after == long.MaxValue)
        {
            return new EventPage([], after, IsEnd: true);
        }

        Span<byte> from = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> bound = stackalloc byte[KeyLayout.MaximumLength];
        var length = KeyLayout.WriteNamespace(@namespace, from);
        from[..length].CopyTo(bound);
        bound[length] = KeyLayout.Behind;
        using var snapshot = new Snapshot(database.Native);
        using var reads = new ReadOptions(snapshot: snapshot);
        using var range = new ReadOptions(bound[..(length + 1)], snapshot);
        using var iterator = new Iterator(database.Native, range, database.Order);
        var isThere = iterator.Seek(from[..(length + KeyLayout.WriteNumber(after + 1, from[length..]))]);
        while (isThere && events.Count < maximum && bytes <= PageReader.MaximumPageBytes)
        {
            for (; isThere && ends.Count < Math.Min(Chunk, maximum - events.Count); isThere = iterator.Next())
            {
                positions.Add(KeyLayout.ReadNumber(iterator.Key));
                keys.AddRange(iterator.Value);
                ends.Add(keys.Count);
            }

            database.Native.MultiGet(database.Events, reads, CollectionsMarshal.AsSpan(keys), CollectionsMarshal.AsSpan(ends), this, static (self, index, isThere, record) => self.Add(index, isThere, record));
            positions.Clear();
            keys.Clear();
            ends.Clear();
        }

        return new EventPage(events, events.Count > 0 ? events[^1].Position : after, !isThere);
    }

    private void Add(int index, bool isThere, ReadOnlySpan<byte> record)
    {
        var start = index == 0 ? 0 : ends[index - 1];
        var stream = KeyLayout.ReadStream(CollectionsMarshal.AsSpan(keys)[start..ends[index]], out var version);
        var stored = isThere ? EventRecord.Read(stream, version, record) : default;
        if (!isThere || stored.Position != positions[index])
        {
            throw new NativeException($"Corruption: position {positions[index]} of the common order has no event");
        }

        events.Add(stored);
        bytes += record.Length;
    }
}
