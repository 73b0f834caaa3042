using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>Reads answers as their bytes arrive, wherever they are cut: what was read of one is kept until the rest comes. RESP3 with streamed values and attributes, which are passed over, and RESP2.</summary>
/// <remarks>After an exception nothing can be read any more: where the next answer begins is not known.</remarks>
internal sealed class RespReader(RespLimits limits)
{
    // What each value takes beside its bytes.
    private const int ValueSize = 24;

    private static readonly byte[] Ok = "OK"u8.ToArray();
    private static readonly byte[] Empty = [];

    private RespFrame[] frames = new RespFrame[4];
    private int depth;
    private long size;

    // The text that is being read, and how much of it is there.
    private byte[]? text;
    private int filled;
    private RespType textType;

    /// <summary>Reads on.</summary>
    /// <param name="input">What has arrived. What was used is behind it afterwards; what is left has to come again with what follows.</param>
    /// <param name="value">The answer.</param>
    /// <returns>Whether an answer is whole.</returns>
    /// <exception cref="RedisException">It is no RESP, or more than the limits allow.</exception>
    public bool TryRead(ref SequenceReader<byte> input, out RespValue value)
    {
        while (true)
        {
            var step = text is null ? ReadHead(ref input, out value) : ReadText(ref input, out value);
            if (step is Step.Starved)
            {
                return false;
            }

            if (step is Step.Value && Place(ref value))
            {
                size = 0;
                return true;
            }
        }
    }

    // Puts a value where it belongs. Returns whether it is a whole answer.
    private bool Place(ref RespValue value)
    {
        Charge(ValueSize);
        while (depth > 0)
        {
            if (!frames[depth - 1].Add(value))
            {
                return false;
            }

            var isAttribute = frames[depth - 1].IsAttribute;
            value = Pop();
            if (isAttribute)
            {
                return false;
            }
        }

        return true;
    }

    private RespValue Pop()
    {
        var value = frames[--depth].Close();
        frames[depth] = default;
        return value;
    }

    private Step ReadHead(ref SequenceReader<byte> input, out RespValue value)
    {
        value = default;
        if (!TryReadLine(ref input, out var line))
        {
            return Step.Starved;
        }

        if (line.IsEmpty)
        {
            throw Garbage("an empty line");
        }

        var rest = line[1..];
        var isChunked = depth > 0 && frames[depth - 1].Type is RespType.BulkString;
        if (isChunked != (line[0] == ';'))
        {
            throw Garbage("chunks of a text where there is none, or a text in chunks that ends before its end");
        }

        switch (line[0])
        {
            case (byte)'+':
                value = RespValue.String(rest.SequenceEqual(Ok) ? Ok : Keep(rest), RespType.SimpleString);
                return Step.Value;
            case (byte)'-':
                value = RespValue.String(Keep(rest), RespType.Error);
                return Step.Value;
            case (byte)':':
                value = RespValue.Integer(ToInteger(rest));
                return Step.Value;
            case (byte)'$':
                return rest is [(byte)'?'] ? Open(RespType.BulkString, RespFrame.UntilMark, ref value) : OpenText(RespType.BulkString, rest, ref value);
            case (byte)';':
                return OpenChunk(rest, ref value);
            case (byte)'!':
                return OpenText(RespType.Error, rest, ref value);
            case (byte)'=':
                return OpenText(RespType.VerbatimString, rest, ref value);
            case (byte)'*':
                return OpenAggregate(RespType.Array, rest, 1, ref value);
            case (byte)'~':
                return OpenAggregate(RespType.Set, rest, 1, ref value);
            case (byte)'>':
                return OpenAggregate(RespType.Push, rest, 1, ref value);
            case (byte)'%':
                return OpenAggregate(RespType.Map, rest, 2, ref value);
            case (byte)'|':
                return OpenAggregate(RespType.Map, rest, 2, ref value, isAttribute: true);
            case (byte)'.' when rest.IsEmpty && depth > 0 && frames[depth - 1].Remaining == RespFrame.UntilMark:
                var isAttribute = frames[depth - 1].IsAttribute;
                value = Pop();
                return isAttribute ? Step.Opened : value.Type is RespType.Map && value.Items.Length % 2 == 1 ? throw Garbage("a map with a key that has no value") : Step.Value;
            case (byte)'_' when rest.IsEmpty:
                return Step.Value;
            case (byte)'#' when rest is [(byte)'t'] or [(byte)'f']:
                value = RespValue.Boolean(rest[0] == 't');
                return Step.Value;
            case (byte)',':
                value = RespValue.Double(ToDouble(rest));
                return Step.Value;
            case (byte)'(':
                value = RespValue.String(Keep(rest), RespType.BigNumber);
                return Step.Value;
            default:
                throw Garbage($"a line that begins with {Describe(line)}");
        }
    }

    private Step Open(RespType type, int remaining, ref RespValue value, bool isAttribute = false)
    {
        if (depth == limits.MaximumDepth)
        {
            throw Garbage($"values in values, more than {limits.MaximumDepth} deep");
        }

        if (remaining == 0)
        {
            value = RespValue.Aggregate([], type);
            return isAttribute ? Step.Opened : Step.Value;
        }

        if (depth == frames.Length)
        {
            Array.Resize(ref frames, depth * 2);
        }

        frames[depth++] = new RespFrame(type, remaining, isAttribute);
        return Step.Opened;
    }

    private Step OpenAggregate(RespType type, ReadOnlySpan<byte> rest, int each, ref RespValue value, bool isAttribute = false)
    {
        if (rest is [(byte)'?'])
        {
            return Open(type, RespFrame.UntilMark, ref value, isAttribute);
        }

        var count = ToInteger(rest);
        if (count == -1 && type is RespType.Array)
        {
            value = RespValue.Null;
            return Step.Value;
        }

        if (count < 0 || count > int.MaxValue / each || count * each * ValueSize > limits.MaximumLength - size)
        {
            throw Garbage($"{count} values at once, more than {limits.MaximumLength} bytes");
        }

        return Open(type, (int)count * each, ref value, isAttribute);
    }

    private Step OpenText(RespType type, ReadOnlySpan<byte> rest, ref RespValue value)
    {
        var length = ToInteger(rest);
        if (length == -1 && type is RespType.BulkString)
        {
            value = RespValue.Null;
            return Step.Value;
        }

        Begin(type, length);
        return Step.Opened;
    }

    private Step OpenChunk(ReadOnlySpan<byte> rest, ref RespValue value)
    {
        var length = ToInteger(rest);
        if (length == 0)
        {
            value = Pop();
            return Step.Value;
        }

        Begin(RespType.BulkString, length);
        return Step.Opened;
    }

    private void Begin(RespType type, long length)
    {
        if (length < 0 || length > Array.MaxLength)
        {
            throw Garbage($"a text of {length} bytes");
        }

        Charge(length);
        (text, filled, textType) = (length == 0 ? Empty : GC.AllocateUninitializedArray<byte>((int)length), 0, type);
    }

    private Step ReadText(ref SequenceReader<byte> input, out RespValue value)
    {
        value = default;
        var content = text!;
        var part = (int)Math.Min(content.Length - filled, input.Remaining);
        if (part > 0)
        {
            input.TryCopyTo(content.AsSpan(filled, part));
            input.Advance(part);
            filled += part;
        }

        if (filled < content.Length || input.Remaining < 2)
        {
            return Step.Starved;
        }

        input.TryRead(out var first);
        input.TryRead(out var second);
        if (first != '\r' || second != '\n')
        {
            throw Garbage("a text that is longer than was said");
        }

        text = null;
        if (textType is not RespType.VerbatimString)
        {
            value = RespValue.String(content, textType);
            return Step.Value;
        }

        // Three letters of format and a colon.
        value = content.Length >= 4 && content[3] == ':' ? RespValue.String(content[4..], textType) : throw Garbage("a verbatim text without a format");
        return Step.Value;
    }

    private bool TryReadLine(ref SequenceReader<byte> input, out ReadOnlySpan<byte> line)
    {
        var span = input.UnreadSpan;
        var end = span.IndexOf((byte)'\n');
        if (end >= 0)
        {
            line = span[..end];
            input.Advance(end + 1);
        }
        else if (input.TryReadTo(out ReadOnlySequence<byte> parts, (byte)'\n'))
        {
            line = parts.ToArray();
        }
        else
        {
            line = default;
            return input.Remaining <= limits.MaximumLine ? false : throw Garbage($"a line of more than {limits.MaximumLine} bytes");
        }

        if (line.Length > limits.MaximumLine || line is not [.., (byte)'\r'])
        {
            throw Garbage("a line that is too long, or ends without a carriage return");
        }

        line = line[..^1];
        return true;
    }

    private byte[] Keep(ReadOnlySpan<byte> line)
    {
        Charge(line.Length);
        return line.ToArray();
    }

    private void Charge(long bytes)
    {
        size += bytes;
        if (size > limits.MaximumLength)
        {
            throw Garbage($"an answer of more than {limits.MaximumLength} bytes");
        }
    }

    private static long ToInteger(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out long value, out var read) && read == line.Length ? value : throw Garbage("a number that is none");

    private static double ToDouble(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("inf"u8) ? double.PositiveInfinity
        : line.SequenceEqual("-inf"u8) ? double.NegativeInfinity
        : line.SequenceEqual("nan"u8) || line.SequenceEqual("-nan"u8) ? double.NaN
        : Utf8Parser.TryParse(line, out double value, out var read) && read == line.Length ? value
        : throw Garbage("a number that is none");

    private static string Describe(ReadOnlySpan<byte> line) => line[0] is > 0x20 and < 0x7f ? $"'{Encoding.ASCII.GetString(line[..1])}'" : $"byte 0x{line[0]:x2}";

    private static RedisException Garbage(string what) => new(RedisErrorKind.Protocol, $"The server sent {what}. That is no Redis protocol: look whether host and port are those of a Redis server, and whether it speaks TLS.");

    private enum Step
    {
        Starved,
        Opened,
        Value,
    }
}
