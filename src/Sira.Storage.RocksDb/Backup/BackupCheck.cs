using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;
using Sira.Storage.Values;

namespace Sira.Storage.RocksDb.Backup;

/// <summary>Reads all of a database, which checks every checksum, and whether what belongs together is together.</summary>
internal sealed class BackupCheck(OpenDatabase database, CancellationToken cancellationToken)
{
    // How often it is looked whether the caller has left.
    private const int Stretch = 1024;

    public long Values { get; private set; }

    public long Streams { get; private set; }

    public long Events { get; private set; }

    /// <exception cref="NativeException">Something is damaged.</exception>
    public void Run()
    {
        Values = Count(database.Values, static (_, record) => ValueRecord.TryRead(record, now: 0, withBytes: false, out StoreEntry _));
        var (expected, positions) = (0L, 0L);
        Streams = Count(database.Streams, (_, record) =>
        {
            var head = StreamHead.Read(record);
            expected += head.Version - head.First + 1;
        });
        var previous = default((StoreKey Stream, long Version));
        Events = Count(database.Events, (key, record) =>
        {
            var stream = KeyLayout.ReadStream(key, out var version);
            EventRecord.Read(stream, version, record);
            if (previous.Stream == stream && previous.Version + 1 != version)
            {
                throw new NativeException($"Corruption: a stream has event {version} behind event {previous.Version}");
            }

            previous = (stream, version);
        });
        positions = Count(database.Order, static (_, _) => { });
        if (Events != expected || Events != positions)
        {
            throw new NativeException($"Corruption: there are {Events} events, {positions} positions, and streams that have {expected} events");
        }
    }

    private long Count(ColumnFamily family, EntryCheck check)
    {
        long count = 0;
        using var reads = new ReadOptions(fillCache: false);
        using var iterator = new Iterator(database.Native, reads, family);
        for (var isThere = iterator.First(); isThere; isThere = iterator.Next())
        {
            check(iterator.Key, iterator.Value);
            if (++count % Stretch == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return count;
    }

    private delegate void EntryCheck(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record);
}
