using System.Text;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Names as they stand in messages (RFC 1035, 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    private const int LongestName = 255;
    private const int LongestLabel = 63;
    private const int PointerMark = 0xC0;

    /// <summary>Returns whether a text is a name that can be asked for.</summary>
    public static bool IsValid(string name)
    {
        var trimmed = name.TrimEnd('.');
        return trimmed.Length is > 0 and <= LongestName - 2
            && trimmed.Split('.').All(static label => label.Length is > 0 and <= LongestLabel && label.All(static character => character is > ' ' and < '\u007f' and not '\\' and not '"'));
    }

    /// <summary>Writes a name. Each letter's case is drawn at random: an answer has to repeat it, which somebody who guesses answers cannot know (Dagon and others, "Increased DNS forgery resistance through 0x20-bit encoding", 2008).</summary>
    public static void Write(List<byte> message, string name, IRandomSource random)
    {
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            message.Add((byte)label.Length);
            foreach (var character in label)
            {
                message.Add((byte)(char.IsAsciiLetter(character) && random.Next(2) == 0 ? character ^ 0x20 : character));
            }
        }

        message.Add(0);
    }

    /// <summary>Reads a name, in lower case and without the last dot; the root is an empty text.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Where the name begins; afterwards, where it ends.</param>
    /// <exception cref="FormatException">It leaves the message, goes round in circles, or is too long.</exception>
    public static string Read(ReadOnlySpan<byte> message, ref int offset)
    {
        var name = new StringBuilder();
        var position = offset;
        var earliest = offset;
        var jumped = false;
        while (true)
        {
            var length = ByteAt(message, position++);
            if (length == 0)
            {
                break;
            }

            if ((length & PointerMark) == PointerMark)
            {
                var target = ((length & ~PointerMark) << 8) | ByteAt(message, position++);
                offset = jumped ? offset : position;
                jumped = true;

                // Only ever backwards, so that it ends.
                if (target >= earliest)
                {
                    throw new FormatException("a name points forwards or at itself");
                }

                (position, earliest) = (target, target);
                continue;
            }

            if (length > LongestLabel || position + length > message.Length || name.Length + length + 1 > LongestName)
            {
                throw new FormatException("a name is too long or leaves the message");
            }

            name.Append(name.Length > 0 ? "." : string.Empty);
            foreach (var value in message.Slice(position, length))
            {
                if (value is <= (byte)' ' or >= 0x7f or (byte)'.' or (byte)'\\')
                {
                    throw new FormatException("a name holds characters that no host's name has");
                }

                name.Append((char)(value is >= (byte)'A' and <= (byte)'Z' ? value | 0x20 : value));
            }

            position += length;
        }

        offset = jumped ? offset : position;
        return name.ToString();
    }

    private static int ByteAt(ReadOnlySpan<byte> message, int position) => position < message.Length ? message[position] : throw new FormatException("the message ends within a name");
}
