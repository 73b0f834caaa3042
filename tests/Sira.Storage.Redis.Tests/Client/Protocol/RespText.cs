using System.Buffers;
using System.Globalization;
using System.Text;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Tests.Client.Protocol;

/// <summary>Answers as bytes and as texts, one character a byte.</summary>
internal static class RespText
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Reads answers that arrive in these parts.</summary>
    public static List<string> Read(IEnumerable<byte[]> parts, RespLimits? limits = null)
    {
        var reader = new RespReader(limits ?? new RespLimits());
        var (found, rest) = (new List<string>(), Array.Empty<byte>());
        foreach (var part in parts)
        {
            // What was not used comes again with what follows, as a pipe has it.
            var input = new SequenceReader<byte>(Sequence(rest, part));
            while (reader.TryRead(ref input, out var value))
            {
                found.Add(Describe(value));
            }

            rest = input.UnreadSequence.ToArray();
        }

        return found;
    }

    /// <summary>A value as a text that tells everything of it.</summary>
    public static string Describe(in RespValue value)
    {
        if (value.Type is RespType.Array or RespType.Set or RespType.Map or RespType.Push)
        {
            var text = new StringBuilder($"{value.Type}(");
            foreach (var item in value.Items)
            {
                text.Append(Describe(item)).Append(' ');
            }

            return text.Append(')').ToString();
        }

        return value.Type switch
        {
            RespType.Null => "Null",
            RespType.Integer => string.Create(CultureInfo.InvariantCulture, $"Integer({value.ToInteger()})"),
            RespType.Double or RespType.Boolean => $"{value.Type}({value})",
            _ => $"{value.Type}({Encoding.Latin1.GetString(value.Bytes.Span)})",
        };
    }

    private static ReadOnlySequence<byte> Sequence(byte[] first, byte[] second)
    {
        var head = new Segment(first, 0);
        var tail = head.Add(second);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public Segment Add(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
