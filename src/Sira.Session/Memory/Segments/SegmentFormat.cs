using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace Sira.Session.Memory.Segments;

/// <summary>How items stand in the store: "SSM", a version, then entries one behind the other, each with its length before it. Numbers are little-endian.</summary>
/// <remarks>An entry: version of the message, instant in ticks of UTC, session, role, text (each a length and UTF-8), how many numbers the vector has, and the vector. Words are not kept: they are split anew, so that a better splitter needs no new segments.</remarks>
internal static class SegmentFormat
{
    private const int HeadLength = 4;

    private static ReadOnlySpan<byte> Head => "SSM\u0001"u8;

    public static byte[] Write(IReadOnlyList<MemoryEntry> entries)
    {
        var writer = new ArrayBufferWriter<byte>(256 * (entries.Count + 1));
        writer.Write(Head);
        foreach (var entry in entries)
        {
            Write(writer, entry);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Returns how long an entry may be at most, in bytes.</summary>
    public static long MaximumLength(in MemoryEntry entry) =>
        64 + Encoding.UTF8.GetMaxByteCount(entry.Item.SessionId.Length + entry.Item.Role.Value.Length + entry.Item.Text.Length) + ((entry.Vector?.Length ?? 0) * (long)sizeof(float));

    /// <summary>Puts the entries of segments into one.</summary>
    public static byte[] Merge(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        var writer = new ArrayBufferWriter<byte>(segments.Sum(static segment => segment.Length) + HeadLength);
        writer.Write(Head);
        foreach (var segment in segments)
        {
            Check(segment.Span);
            writer.Write(segment.Span[HeadLength..]);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a segment.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static List<MemoryEntry> Read(ReadOnlySpan<byte> segment)
    {
        Check(segment);
        var entries = new List<MemoryEntry>();
        try
        {
            for (var rest = segment[HeadLength..]; !rest.IsEmpty;)
            {
                entries.Add(ReadEntry(Take(ref rest, ReadInt(ref rest))));
            }
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The segment ends within its {entries.Count + 1}. entry, or has a length that cannot be.", exception);
        }

        return entries;
    }

    private static void Check(ReadOnlySpan<byte> segment)
    {
        if (!segment.StartsWith(Head))
        {
            throw new InvalidDataException("It is no segment of a memory index, or one of a newer version.");
        }
    }

    private static void Write(ArrayBufferWriter<byte> writer, in MemoryEntry entry)
    {
        var (item, vector) = (entry.Item, entry.Vector);
        var vectorLength = vector?.Length ?? 0;
        var length = 8 + 8 + TextLength(item.SessionId) + TextLength(item.Role.Value) + TextLength(item.Text) + 4 + (vectorLength * sizeof(float));
        var span = writer.GetSpan(length + 4);
        WriteInt(ref span, length);
        WriteLong(ref span, item.Version);
        WriteLong(ref span, item.At.UtcTicks);
        WriteText(ref span, item.SessionId);
        WriteText(ref span, item.Role.Value);
        WriteText(ref span, item.Text);
        WriteInt(ref span, vectorLength);
        for (var i = 0; i < vectorLength; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(span[(i * sizeof(float))..], vector![i]);
        }

        writer.Advance(length + 4);
    }

    private static MemoryEntry ReadEntry(ReadOnlySpan<byte> entry)
    {
        var version = BinaryPrimitives.ReadInt64LittleEndian(Take(ref entry, 8));
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(Take(ref entry, 8));
        var session = ReadText(ref entry);
        var role = ReadText(ref entry);
        var text = ReadText(ref entry);
        var count = ReadInt(ref entry);
        var numbers = Take(ref entry, checked(count * sizeof(float)));
        if (!entry.IsEmpty)
        {
            throw new ArgumentException("An entry is longer than what is in it.");
        }

        return new MemoryEntry(new MemoryItem(session, version, new ChatRole(role), text, new DateTimeOffset(ticks, TimeSpan.Zero)), count == 0 ? null : ReadVector(numbers));
    }

    private static float[] ReadVector(ReadOnlySpan<byte> numbers)
    {
        var vector = new float[numbers.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
        {
            numbers.CopyTo(MemoryMarshal.AsBytes(vector.AsSpan()));
            return vector;
        }

        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(numbers[(i * sizeof(float))..]);
        }

        return vector;
    }

    private static int TextLength(string text) => 4 + Encoding.UTF8.GetByteCount(text);

    private static void WriteText(ref Span<byte> span, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, span[4..]);
        WriteInt(ref span, length);
        span = span[length..];
    }

    private static void WriteInt(ref Span<byte> span, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(span, value);
        span = span[4..];
    }

    private static void WriteLong(ref Span<byte> span, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(span, value);
        span = span[8..];
    }

    private static string ReadText(ref ReadOnlySpan<byte> span) => Encoding.UTF8.GetString(Take(ref span, ReadInt(ref span)));

    private static int ReadInt(ref ReadOnlySpan<byte> span) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref span, 4));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> span, int length)
    {
        var taken = span[..length];
        span = span[length..];
        return taken;
    }
}
