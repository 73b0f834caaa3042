using System.Buffers.Binary;
using System.Text;
using Sira.Storage.Keys;

namespace Sira.Storage.RocksDb.Layout;

/// <summary>How keys are laid out, so that the order of their bytes is the order in which they are read.</summary>
/// <remarks>
/// A partition is its namespace, a zero, the length of the tenant's name (0 for nobody's) and that name; a value's key and a stream's is the partition and the name, an event's the partition, the length of the stream's name, that name and the event's number; an entry of the common order is the namespace, a zero and the position. Numbers have their highest byte first. Names are UTF-8, so the byte 255 is behind all of them.
/// </remarks>
internal static class KeyLayout
{
    /// <summary>More than any key has: a namespace of 64 bytes, a tenant of 256, a name of 1024, and what stands between them.</summary>
    public const int MaximumLength = 1536;

    /// <summary>Behind every name, and every number that is counted up to.</summary>
    public const byte Behind = 255;

    private const int LengthSize = sizeof(ushort);
    private const int NumberSize = sizeof(long);

    public static int WritePartition(in StorePartition partition, Span<byte> to)
    {
        var length = WriteNamespace(partition.Namespace, to);
        var tenant = partition.Tenant is { } name ? Encoding.UTF8.GetBytes(name, to[(length + LengthSize)..]) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(to[length..], (ushort)tenant);
        return length + LengthSize + tenant;
    }

    /// <summary>Writes the key of a value, or of a stream.</summary>
    public static int WriteName(in StoreKey key, Span<byte> to)
    {
        var length = WritePartition(key.Partition, to);
        return length + Encoding.UTF8.GetBytes(key.Name, to[length..]);
    }

    /// <summary>Writes what the keys of a stream's events begin with.</summary>
    public static int WriteStream(in StoreKey stream, Span<byte> to)
    {
        var length = WritePartition(stream.Partition, to);
        var name = Encoding.UTF8.GetBytes(stream.Name, to[(length + LengthSize)..]);
        BinaryPrimitives.WriteUInt16BigEndian(to[length..], (ushort)name);
        return length + LengthSize + name;
    }

    public static int WriteNamespace(string @namespace, Span<byte> to)
    {
        var length = Encoding.UTF8.GetBytes(@namespace, to);
        to[length] = 0;
        return length + 1;
    }

    public static int WriteNumber(long number, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, number);
        return NumberSize;
    }

    public static long ReadNumber(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt64BigEndian(key[^NumberSize..]);

    /// <summary>Reads the partition with which a key begins.</summary>
    public static StorePartition ReadPartition(ReadOnlySpan<byte> key, out int length)
    {
        var end = key.IndexOf((byte)0);
        var tenant = BinaryPrimitives.ReadUInt16BigEndian(key[(end + 1)..]);
        var start = end + 1 + LengthSize;
        length = start + tenant;
        return new StorePartition(Encoding.UTF8.GetString(key[..end]), tenant == 0 ? null : Encoding.UTF8.GetString(key[start..length]));
    }

    /// <summary>Reads the stream and the number of an event's key.</summary>
    public static StoreKey ReadStream(ReadOnlySpan<byte> key, out long version)
    {
        version = ReadNumber(key);
        var partition = ReadPartition(key, out var length);
        return partition.Key(Encoding.UTF8.GetString(key[(length + LengthSize)..^NumberSize]));
    }
}
