using System.Buffers.Binary;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>A question, and which messages answer it.</summary>
internal sealed class DnsQuery
{
    private const int HeaderLength = 12;

    public DnsQuery(string name, DnsRecordType type, IRandomSource random)
    {
        (Name, Type) = (name.TrimEnd('.').ToLowerInvariant(), type);
        var id = random.Next(ushort.MaxValue + 1);

        // Recursion desired; one question, of class IN.
        List<byte> message = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        DnsName.Write(message, name, random);
        message.AddRange([(byte)((ushort)type >> 8), (byte)type, 0, 1]);
        Message = [.. message];
    }

    public string Name { get; }

    public DnsRecordType Type { get; }

    public byte[] Message { get; }

    /// <summary>Returns whether a message is a response to exactly this question. Everything else that arrives is somebody else's, or a forgery.</summary>
    /// <param name="response">The message.</param>
    /// <param name="exactCase">Whether the letters' case has to be repeated, as over UDP, where anybody can send.</param>
    public bool IsAnsweredBy(ReadOnlySpan<byte> response, bool exactCase)
    {
        if (response.Length < Message.Length
            || !response[..2].SequenceEqual(Message.AsSpan(0, 2))
            || (response[2] & 0xF8) != 0x80
            || BinaryPrimitives.ReadUInt16BigEndian(response[4..]) != 1)
        {
            return false;
        }

        var asked = Message.AsSpan(HeaderLength);
        var repeated = response[HeaderLength..Message.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            var difference = asked[i] ^ repeated[i];
            if (difference != 0 && (exactCase || difference != 0x20 || !char.IsAsciiLetter((char)asked[i])))
            {
                return false;
            }
        }

        return true;
    }
}
