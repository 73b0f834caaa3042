using System.Buffers.Binary;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.Values;

namespace Sira.Storage.RocksDb.Layout;

/// <summary>How a value is laid out: when it goes, in ticks of UTC, 0 for never; its tag; its bytes.</summary>
internal static class ValueRecord
{
    public const int HeaderSize = 2 * sizeof(long);

    public static void WriteHeader(long expiry, long tag, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, expiry);
        BinaryPrimitives.WriteInt64LittleEndian(to[sizeof(long)..], tag);
    }

    public static bool IsOver(ReadOnlySpan<byte> record, long now)
    {
        var expiry = BinaryPrimitives.ReadInt64LittleEndian(record);
        return expiry != 0 && expiry <= now;
    }

    /// <summary>Reads a value, unless its time is over.</summary>
    /// <exception cref="NativeException">It is damaged.</exception>
    public static bool TryRead(ReadOnlySpan<byte> record, long now, bool withBytes, out StoreEntry entry)
    {
        if (record.Length < HeaderSize)
        {
            throw new NativeException($"Corruption: a value has {record.Length} bytes, less than its header");
        }

        if (IsOver(record, now))
        {
            entry = default;
            return false;
        }

        var expiry = BinaryPrimitives.ReadInt64LittleEndian(record);
        var tag = BinaryPrimitives.ReadInt64LittleEndian(record[sizeof(long)..]);
        entry = new StoreEntry(withBytes ? record[HeaderSize..].ToArray() : default, new ETag(tag), expiry == 0 ? null : new DateTimeOffset(expiry, TimeSpan.Zero));
        return true;
    }
}
