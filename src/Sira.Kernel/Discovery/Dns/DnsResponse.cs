using System.Buffers.Binary;
using System.Net;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>What a response says.</summary>
/// <param name="Code">The response code: 0 no error, 2 server failure, 3 no such name.</param>
/// <param name="IsTruncated">Whether it did not fit and has to be asked for over TCP.</param>
/// <param name="Answers">The records of the answer section that were asked for or lead there.</param>
internal sealed record DnsResponse(int Code, bool IsTruncated, IReadOnlyList<DnsRecord> Answers)
{
    // More than fit into the largest message that anybody sends on purpose.
    private const int MostAnswers = 4096;
    private const ushort ClassIn = 1;

    /// <summary>Reads a response to a query. Of the other sections nothing is believed, so nothing is read.</summary>
    /// <exception cref="FormatException">It is not a well-formed message.</exception>
    public static DnsResponse Read(ReadOnlySpan<byte> message, DnsQuery query)
    {
        var code = message[3] & 0x0F;
        var truncated = (message[2] & 0x02) != 0;
        if (truncated || code != 0)
        {
            return new DnsResponse(code, truncated, []);
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        if (count > MostAnswers)
        {
            throw new FormatException($"it announces {count} records");
        }

        var offset = query.Message.Length;
        var answers = new List<DnsRecord>();
        for (var i = 0; i < count; i++)
        {
            if (ReadRecord(message, ref offset) is { } record)
            {
                answers.Add(record);
            }
        }

        return new DnsResponse(code, truncated, answers);
    }

    private static DnsRecord? ReadRecord(ReadOnlySpan<byte> message, ref int offset)
    {
        var owner = DnsName.Read(message, ref offset);
        if (offset + 10 > message.Length)
        {
            throw new FormatException("the message ends within a record");
        }

        var type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        var recordClass = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]);
        var timeToLive = BinaryPrimitives.ReadUInt32BigEndian(message[(offset + 4)..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 8)..]);
        var begin = offset + 10;
        offset = begin + length;
        if (offset > message.Length)
        {
            throw new FormatException("a record is longer than the message");
        }

        // A time with the highest bit set counts as none (RFC 2181, 8).
        timeToLive = timeToLive > int.MaxValue ? 0 : timeToLive;
        return recordClass != ClassIn ? null : ReadData(message, owner, type, timeToLive, begin, offset);
    }

    private static DnsRecord? ReadData(ReadOnlySpan<byte> message, string owner, DnsRecordType type, uint timeToLive, int begin, int end)
    {
        switch (type, end - begin)
        {
            case (DnsRecordType.A, 4):
            case (DnsRecordType.Aaaa, 16):
                return new DnsRecord(owner, type, timeToLive, Address: new IPAddress(message[begin..end]));
            case (DnsRecordType.A or DnsRecordType.Aaaa, _):
                throw new FormatException("an address has the wrong length");
            case (DnsRecordType.Cname, _):
                return new DnsRecord(owner, type, timeToLive, ReadTarget(message, begin, end));
            case (DnsRecordType.Srv, > 6):
                return new DnsRecord(
                    owner,
                    type,
                    timeToLive,
                    ReadTarget(message, begin + 6, end),
                    BinaryPrimitives.ReadUInt16BigEndian(message[begin..]),
                    BinaryPrimitives.ReadUInt16BigEndian(message[(begin + 2)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(message[(begin + 4)..]));
            case (DnsRecordType.Srv, _):
                throw new FormatException("a service record is too short");
            default:
                return null;
        }
    }

    private static string ReadTarget(ReadOnlySpan<byte> message, int begin, int end)
    {
        var offset = begin;
        var target = DnsName.Read(message, ref offset);
        return offset == end ? target : throw new FormatException("a name is not as long as its record");
    }
}
