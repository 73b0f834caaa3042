using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Sira.Session.Format;

/// <summary>A segment: a block of a log's events packed into one value, so that a long session is read in a few steps.</summary>
/// <remarks>
/// Little-endian: <c>SEG</c> and the format, the version before the first event in 8 bytes, the number of events in 4; of each event the length of its type in 1, the type, the length of its body in 4, the body; last the CRC-32C (RFC 3720, appendix B.4) of all that in 4.
/// A segment only repeats the log: one that cannot be read is passed over.
/// </remarks>
internal static class SegmentFormat
{
    /// <summary>How many events a segment has: enough that a session of a thousand messages is a handful of values, few enough that what is not sealed yet is read quickly. Never changes, since segments are found by their number.</summary>
    public const int Events = 256;

    private const uint Magic = 'S' | ('E' << 8) | ('G' << 16) | (1u << 24);
    private const int HeaderLength = 16;
    private const int ChecksumLength = 4;

    /// <summary>How large a segment of these events is.</summary>
    public static long Measure(IReadOnlyList<RawEvent> events)
    {
        long length = HeaderLength + ChecksumLength;
        foreach (var item in events)
        {
            length += 1 + Encoding.UTF8.GetByteCount(item.Type) + 4 + item.Data.Length;
        }

        return length;
    }

    /// <summary>Packs events.</summary>
    /// <param name="after">The version of the log before the first.</param>
    /// <param name="events">The events.</param>
    public static byte[] Write(long after, IReadOnlyList<RawEvent> events)
    {
        var bytes = new byte[Measure(events)];
        var rest = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(rest, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(rest[4..], after);
        BinaryPrimitives.WriteInt32LittleEndian(rest[12..], events.Count);
        rest = rest[HeaderLength..];
        foreach (var item in events)
        {
            var length = Encoding.UTF8.GetBytes(item.Type, rest[1..]);
            rest[0] = (byte)length;
            BinaryPrimitives.WriteInt32LittleEndian(rest[(1 + length)..], item.Data.Length);
            item.Data.Span.CopyTo(rest[(5 + length)..]);
            rest = rest[(5 + length + item.Data.Length)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(rest, Checksum(bytes.AsSpan(0, bytes.Length - ChecksumLength)));
        return bytes;
    }

    /// <summary>Unpacks events.</summary>
    /// <param name="after">The version of the log before the first.</param>
    /// <param name="bytes">The segment; the events keep hold of it.</param>
    /// <param name="events">Receives the events, where it can be read.</param>
    /// <returns>Whether it can be read.</returns>
    public static bool TryRead(long after, ReadOnlyMemory<byte> bytes, List<RawEvent> events)
    {
        var span = bytes.Span;
        if (span.Length < HeaderLength + ChecksumLength
            || BinaryPrimitives.ReadUInt32LittleEndian(span) != Magic
            || BinaryPrimitives.ReadInt64LittleEndian(span[4..]) != after
            || BinaryPrimitives.ReadInt32LittleEndian(span[12..]) != Events
            || BinaryPrimitives.ReadUInt32LittleEndian(span[^ChecksumLength..]) != Checksum(span[..^ChecksumLength]))
        {
            return false;
        }

        var position = HeaderLength;
        for (var i = 0; i < Events; i++)
        {
            var type = EventTypes.Of(span.Slice(position + 1, span[position]));
            position += 1 + span[position];
            var length = BinaryPrimitives.ReadInt32LittleEndian(span[position..]);
            events.Add(new RawEvent(type, bytes.Slice(position + 4, length)));
            position += 4 + length;
        }

        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var single in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return ~crc;
    }
}
