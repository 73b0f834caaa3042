using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.Values;

namespace Sira.Storage.RocksDb.Opening;

/// <summary>A database that is open, as an engine sees it. Thread-safe.</summary>
internal sealed class OpenDatabase : IDisposable
{
    private readonly TimeProvider time;

    public OpenDatabase(Database native, TimeProvider time)
    {
        (Native, this.time) = (native, time);
        (Meta, Values, Events, Streams, Order) = (native.Families[0], native.Families[1], native.Families[2], native.Families[3], native.Families[4]);
    }

    public Database Native { get; }

    public ColumnFamily Meta { get; }

    public ColumnFamily Values { get; }

    public ColumnFamily Events { get; }

    public ColumnFamily Streams { get; }

    public ColumnFamily Order { get; }

    /// <summary>Reads what is there.</summary>
    public ReadOptions Reads { get; } = new();

    /// <summary>Gets how many flushes and compactions have failed.</summary>
    public long BackgroundErrors => Native.GetProperty(Meta, "rocksdb.background-errors");

    public long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Reads a value; nothing where its time is over.</summary>
    /// <exception cref="NativeException">It cannot be read.</exception>
    public StoreEntry? Find(in StoreKey key, bool withBytes = true)
    {
        Span<byte> buffer = stackalloc byte[KeyLayout.MaximumLength];
        using var found = Native.Get(Values, Reads, buffer[..KeyLayout.WriteName(key, buffer)]);
        return found.IsThere && ValueRecord.TryRead(found.Bytes, Now, withBytes, out var entry) ? entry : null;
    }

    /// <summary>Reads the head of a stream; <see cref="StreamHead.None"/> for no stream.</summary>
    /// <exception cref="NativeException">It cannot be read.</exception>
    public StreamHead FindHead(in StoreKey stream)
    {
        Span<byte> buffer = stackalloc byte[KeyLayout.MaximumLength];
        using var found = Native.Get(Streams, Reads, buffer[..KeyLayout.WriteName(stream, buffer)]);
        return found.IsThere ? StreamHead.Read(found.Bytes) : StreamHead.None;
    }

    /// <summary>Walks over the keys below one.</summary>
    public Iterator Walk(ColumnFamily family, ReadOnlySpan<byte> upperBound, bool fillCache = true)
    {
        // The iterator keeps the options alive.
        using var options = new ReadOptions(upperBound, fillCache: fillCache);
        return new Iterator(Native, options, family);
    }

    /// <summary>Closes it once nothing is under way any more.</summary>
    public void Dispose()
    {
        Native.Dispose();
        Reads.Dispose();
    }
}
