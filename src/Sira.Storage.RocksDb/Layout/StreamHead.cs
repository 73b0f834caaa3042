using System.Buffers.Binary;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Layout;

/// <summary>What is known of a stream.</summary>
/// <param name="Version">The number of its last event; 0 for no stream.</param>
/// <param name="First">The number of the first event that is left.</param>
internal readonly record struct StreamHead(long Version, long First)
{
    public const int Size = 2 * sizeof(long);

    public static StreamHead None => new(0, 1);

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[sizeof(long)..], First);
    }

    /// <exception cref="NativeException">It is damaged.</exception>
    public static StreamHead Read(ReadOnlySpan<byte> record) => record.Length == Size
        ? new StreamHead(BinaryPrimitives.ReadInt64LittleEndian(record), BinaryPrimitives.ReadInt64LittleEndian(record[sizeof(long)..]))
        : throw new NativeException($"Corruption: the head of a stream has {record.Length} bytes instead of {Size}");
}
