using System.Buffers.Binary;
using System.Text;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Layout;

/// <summary>How an event is laid out: its position, when it was appended in ticks of UTC, the length of its type, its type, its content.</summary>
internal static class EventRecord
{
    /// <summary>More than what stands before the content: two numbers, a length, and a type of 128 bytes.</summary>
    public const int MaximumHeaderSize = 256;

    private const int TypeOffset = (2 * sizeof(long)) + 1;

    public static int WriteHeader(long position, long appendedAt, string type, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, position);
        BinaryPrimitives.WriteInt64LittleEndian(to[sizeof(long)..], appendedAt);
        var length = Encoding.UTF8.GetBytes(type, to[TypeOffset..]);
        to[TypeOffset - 1] = (byte)length;
        return TypeOffset + length;
    }

    public static long ReadPosition(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record);

    /// <exception cref="NativeException">It is damaged.</exception>
    public static StoredEvent Read(in StoreKey stream, long version, ReadOnlySpan<byte> record)
    {
        if (record.Length < TypeOffset || record.Length < TypeOffset + record[TypeOffset - 1])
        {
            throw new NativeException($"Corruption: event {version} of a stream has {record.Length} bytes, less than its header");
        }

        var appendedAt = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(record[sizeof(long)..]), TimeSpan.Zero);
        var type = record.Slice(TypeOffset, record[TypeOffset - 1]);
        return new StoredEvent(stream, version, ReadPosition(record), Encoding.UTF8.GetString(type), record[(TypeOffset + type.Length)..].ToArray(), appendedAt);
    }
}
