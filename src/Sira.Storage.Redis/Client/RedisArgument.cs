using System.Buffers.Text;
using System.Text;

namespace Sira.Storage.Redis.Client;

/// <summary>An argument of a command: bytes, a text, which is sent as UTF-8, or a whole number.</summary>
public readonly struct RedisArgument
{
    private readonly string? text;
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly long number;
    private readonly bool isNumber;

    /// <summary>Initializes a new instance of bytes.</summary>
    /// <param name="bytes">The bytes; they must not change before the command has ended.</param>
    public RedisArgument(ReadOnlyMemory<byte> bytes)
    {
        this.bytes = bytes;
        Length = bytes.Length;
    }

    /// <summary>Initializes a new instance of a text.</summary>
    /// <param name="text">The text.</param>
    public RedisArgument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        this.text = text;
        Length = Encoding.UTF8.GetByteCount(text);
    }

    /// <summary>Initializes a new instance of a number.</summary>
    /// <param name="number">The number.</param>
    public RedisArgument(long number)
    {
        (this.number, isNumber) = (number, true);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Length = length;
    }

    /// <summary>Gets how many bytes it takes.</summary>
    public int Length { get; }

    /// <summary>Makes an argument of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator RedisArgument(byte[] bytes) => new(bytes.AsMemory());

    /// <summary>Makes an argument of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator RedisArgument(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Makes an argument of a text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator RedisArgument(string text) => new(text);

    /// <summary>Makes an argument of a number.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator RedisArgument(long number) => new(number);

    /// <summary>Writes its bytes.</summary>
    /// <param name="room">Where to; at least <see cref="Length"/> long.</param>
    /// <returns>How many bytes were written.</returns>
    public int CopyTo(Span<byte> room)
    {
        if (text is not null)
        {
            return Encoding.UTF8.GetBytes(text, room);
        }

        if (isNumber)
        {
            Utf8Formatter.TryFormat(number, room, out var length);
            return length;
        }

        bytes.Span.CopyTo(room);
        return bytes.Length;
    }

    /// <summary>Returns its bytes.</summary>
    public byte[] ToArray()
    {
        var array = new byte[Length];
        CopyTo(array);
        return array;
    }
}
