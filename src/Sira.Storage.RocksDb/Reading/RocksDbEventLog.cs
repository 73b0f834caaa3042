using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Opening;
using Sira.Storage.RocksDb.Writing;

namespace Sira.Storage.RocksDb.Reading;

/// <summary>The logs of a RocksDB engine.</summary>
internal sealed class RocksDbEventLog(DatabaseHost host, StorageCapabilities capabilities) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, events, capabilities);
        var durability = StorageArguments.Check(options.Durability, capabilities);
        return host.WriteAsync(new AppendRequest(stream, expected, events, durability), cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        StorageArguments.CheckRead(after, maximum);
        return host.ReadAsync((stream, after, maximum), static (database, state, _) => Read(database, state.stream, state.after, state.maximum), cancellationToken);
    }

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.CheckRead(after, maximum);
        return host.ReadAsync((@namespace, after, maximum), static (database, state, _) => new CommonOrder(database, state.@namespace).Read(state.after, state.maximum), cancellationToken);
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        return host.ReadAsync(stream, static (database, stream, _) => database.FindHead(stream).Version, cancellationToken);
    }

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        ArgumentOutOfRangeException.ThrowIfNegative(upTo);
        return host.WriteAsync(new TrimRequest(stream, upTo, capabilities.DefaultDurability), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        return host.WriteAsync(new DeleteStreamRequest(stream, capabilities.DefaultDurability), cancellationToken);
    }

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = StorageArguments.Check(scan, capabilities);
        return host.ReadAsync((scan, size), static (database, state, cancellationToken) => List(database, state.scan, state.size, cancellationToken), cancellationToken);
    }

    private static EventPage Read(OpenDatabase database, StoreKey stream, long after, int maximum)
    {
        Span<byte> from = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> bound = stackalloc byte[KeyLayout.MaximumLength];
        var length = KeyLayout.WriteStream(stream, from);
        from[..length].CopyTo(bound);
        bound[length] = KeyLayout.Behind;
        if (after == long.MaxValue)
        {
            return new EventPage([], after, IsEnd: true);
        }

        var (events, bytes) = (new List<StoredEvent>(), 0L);
        using var iterator = database.Walk(database.Events, bound[..(length + 1)]);
        var isThere = iterator.Seek(from[..(length + KeyLayout.WriteNumber(after + 1, from[length..]))]);
        for (; isThere && events.Count < maximum && bytes <= PageReader.MaximumPageBytes; isThere = iterator.Next())
        {
            var record = iterator.Value;
            events.Add(EventRecord.Read(stream, KeyLayout.ReadNumber(iterator.Key), record));
            bytes += record.Length;
        }

        return new EventPage(events, events.Count > 0 ? events[^1].Version : after, !isThere);
    }

    private static StreamPage List(OpenDatabase database, StoreScan scan, int size, CancellationToken cancellationToken)
    {
        var streams = new List<StreamInfo>();
        var next = PageReader.Read(database, database.Streams, scan, size, streams, Read, cancellationToken);
        return new StreamPage(streams, next);

        static bool Read(string name, ReadOnlySpan<byte> record, out StreamInfo item)
        {
            item = new StreamInfo(name, StreamHead.Read(record).Version);
            return true;
        }
    }
}
