using System.Buffers.Binary;
using System.Text;

namespace Sira.Storage.Messaging.Formats;

/// <summary>Reads what a <see cref="FormatWriter"/> wrote.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> where there is something else.</remarks>
internal ref struct FormatReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("A number has no end.");
    }

    public int Count()
    {
        var count = Number();
        return count >= 0 && count <= int.MaxValue ? (int)count : throw new InvalidDataException("A count is out of range.");
    }

    public DateTimeOffset Time()
    {
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : throw new InvalidDataException("A time is out of range.");
    }

    public string Text() => Encoding.UTF8.GetString(Take(Count()));

    /// <summary>Reads a text that is often the same as the one before.</summary>
    public string Text(string? last)
    {
        var bytes = Take(Count());
        Span<char> characters = stackalloc char[256];
        return last is not null && last.Length <= characters.Length && Encoding.UTF8.TryGetChars(bytes, characters, out var length) && characters[..length].SequenceEqual(last)
            ? last
            : Encoding.UTF8.GetString(bytes);
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new InvalidDataException("It ends too early.");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
