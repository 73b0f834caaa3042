using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>What a server has answered.</summary>
public readonly struct RespValue
{
    private readonly object? content;
    private readonly long number;

    private RespValue(RespType type, object? content, long number) => (Type, this.content, this.number) = (type, content, number);

    /// <summary>Gets nothing.</summary>
    public static RespValue Null => default;

    /// <summary>Gets what kind of value it is.</summary>
    public RespType Type { get; }

    /// <summary>Gets whether it is nothing.</summary>
    public bool IsNull => Type is RespType.Null;

    /// <summary>Gets whether it is a refusal.</summary>
    public bool IsError => Type is RespType.Error;

    /// <summary>Gets the bytes of a text, a refusal or a big number; empty for anything else. Not to be changed.</summary>
    public ReadOnlyMemory<byte> Bytes => content as byte[];

    /// <summary>Gets the values of an array, a set or a push, and the keys and values of a map; empty for anything else.</summary>
    public ReadOnlySpan<RespValue> Items => content as RespValue[];

    /// <summary>Returns a text or bytes.</summary>
    /// <param name="bytes">The bytes, which must not change any more.</param>
    /// <param name="type">Of which kind.</param>
    public static RespValue String(byte[] bytes, RespType type = RespType.BulkString)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new RespValue(type, bytes, 0);
    }

    /// <summary>Returns a refusal.</summary>
    /// <param name="message">What the server says, the code first.</param>
    public static RespValue Error(string message) => new(RespType.Error, Encoding.UTF8.GetBytes(message), 0);

    /// <summary>Returns a whole number.</summary>
    /// <param name="value">The number.</param>
    public static RespValue Integer(long value) => new(RespType.Integer, null, value);

    /// <summary>Returns a floating-point number.</summary>
    /// <param name="value">The number.</param>
    public static RespValue Double(double value) => new(RespType.Double, null, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Returns true or false.</summary>
    /// <param name="value">Which.</param>
    public static RespValue Boolean(bool value) => new(RespType.Boolean, null, value ? 1 : 0);

    /// <summary>Returns several values.</summary>
    /// <param name="items">The values, which must not change any more; of a map keys and values in turn.</param>
    /// <param name="type">Of which kind.</param>
    public static RespValue Aggregate(RespValue[] items, RespType type = RespType.Array)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new RespValue(type, items, 0);
    }

    /// <summary>Returns the whole number that it is, or that its text is.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public long ToInteger() => Type switch
    {
        RespType.Integer or RespType.Boolean => number,
        _ when content is byte[] text && Utf8Parser.TryParse(text, out long parsed, out var read) && read == text.Length => parsed,
        _ => throw new FormatException($"A value of type {Type} is no whole number."),
    };

    /// <summary>Returns the number that it is, or that its text is.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public double ToDouble() => Type switch
    {
        RespType.Double => BitConverter.Int64BitsToDouble(number),
        RespType.Integer or RespType.Boolean => number,
        _ when content is byte[] text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => throw new FormatException($"A value of type {Type} is no number."),
    };

    /// <summary>Tells whether it is a text of exactly these bytes.</summary>
    /// <param name="text">The bytes.</param>
    public bool Is(ReadOnlySpan<byte> text) => content is byte[] bytes && text.SequenceEqual(bytes);

    /// <summary>Returns it as a text: that of a text or number; for several values, how many there are.</summary>
    public override string ToString() => Type switch
    {
        RespType.Null => string.Empty,
        RespType.Integer => number.ToString(CultureInfo.InvariantCulture),
        RespType.Double => ToDouble().ToString("R", CultureInfo.InvariantCulture),
        RespType.Boolean => number == 0 ? "false" : "true",
        _ when content is byte[] text => Encoding.UTF8.GetString(text),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Type} of {Items.Length}"),
    };
}
