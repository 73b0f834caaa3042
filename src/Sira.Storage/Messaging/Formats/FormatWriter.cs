using System.Buffers.Binary;
using System.Text;

namespace Sira.Storage.Messaging.Formats;

/// <summary>Writes numbers and texts one behind the other.</summary>
/// <param name="capacity">For how many bytes there is room at first.</param>
internal sealed class FormatWriter(int capacity)
{
    private byte[] buffer = new byte[capacity];

    public int Length { get; private set; }

    /// <summary>Gets what was written. It stays the same when more is written only if there was room for that.</summary>
    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, Length);

    public void Byte(byte value)
    {
        Reserve(1);
        buffer[Length++] = value;
    }

    /// <summary>Writes a number that is not negative, in one byte for each 7 bits.</summary>
    public void Number(long value)
    {
        Reserve(10);
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            buffer[Length++] = (byte)(rest | 0x80);
        }

        buffer[Length++] = (byte)rest;
    }

    public void Time(DateTimeOffset value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(Length), value.UtcTicks);
        Length += sizeof(long);
    }

    public void Text(string value)
    {
        Number(Encoding.UTF8.GetByteCount(value));
        Reserve(Encoding.UTF8.GetMaxByteCount(value.Length));
        Length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(Length));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(buffer.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>Leaves room, to be filled by <see cref="Fill"/>.</summary>
    public void Skip(int count)
    {
        Reserve(count);
        buffer.AsSpan(Length, count).Clear();
        Length += count;
    }

    public void Fill(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(at), value);

    private void Reserve(int count)
    {
        if (buffer.Length - Length < count)
        {
            Array.Resize(ref buffer, Math.Max(Length + count, buffer.Length * 2));
        }
    }
}
