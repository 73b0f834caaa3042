using System.Buffers.Binary;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>Gives out the numbers of tags and positions: ascending, and none twice, whatever is lost in a crash. Under the writer's lock.</summary>
/// <remarks>They are reserved in blocks, on the disk before the first is used, so that not every write has to keep how far it went. What is left of a block when the database is closed is passed over.</remarks>
internal sealed class Sequence
{
    private const long Block = 1 << 20;

    private long last;
    private long reserved;
    private long asked;

    public Sequence(OpenDatabase database)
    {
        using var found = database.Native.Get(database.Meta, database.Reads, Key);
        last = reserved = asked = found.IsThere ? Read(found.Bytes) : 0;
    }

    /// <summary>Gets whether the batch that is being made reserves a block, and so has to be on the disk when it has been written.</summary>
    public bool IsReserving => asked > reserved;

    private static ReadOnlySpan<byte> Key => "sequence"u8;

    /// <summary>Returns the next number.</summary>
    public long Next(WriteBatch batch, ColumnFamily meta)
    {
        if (++last > asked)
        {
            asked = last + Block;
            Span<byte> value = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(value, asked);
            batch.Put(meta, Key, value);
        }

        return last;
    }

    /// <summary>The batch has been written.</summary>
    public void Keep() => reserved = asked;

    /// <summary>The batch was dropped: what it was to reserve is not. Its numbers are passed over.</summary>
    public void Drop()
    {
        asked = reserved;
        last = Math.Min(last, asked);
    }

    private static long Read(ReadOnlySpan<byte> value) => value.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(value) : throw new NativeException($"Corruption: the sequence has {value.Length} bytes");
}
