using System.Buffers.Binary;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Errors;

namespace Sira.Storage.Messaging.Formats;

/// <summary>A message as the log keeps it.</summary>
/// <remarks>
/// Version 1 is, in this order: the version (1 byte); the checksum of everything else but the envelope; the checksum of the envelope; the length of the header (4 bytes each, little-endian); the header; the envelope. So a message whose envelope is damaged is still known by its topic and id.
/// </remarks>
internal static class RecordFormat
{
    /// <summary>The most that is around an envelope: what publishing allows of keys, ids and headers, in UTF-8.</summary>
    public const int LargestHeader = 128 * 1024;

    /// <summary>The topic of a record of which not even that is known any more.</summary>
    public const string UnknownTopic = "(damaged)";

    private const byte Version = 1;
    private const int HeaderSumAt = 1;
    private const int PayloadSumAt = 5;
    private const int LengthAt = 9;
    private const int PrefixBytes = 13;

    // How long such a record is kept where no group wants it is lost with the rest; it is the default of a durable topic.
    private static readonly TimeSpan KeepDamaged = TimeSpan.FromDays(7);

    public static void Write(FormatWriter writer, JournalRecord record)
    {
        var start = writer.Length;
        writer.Byte(Version);
        writer.Skip(PrefixBytes - 1);
        RecordHeader.Write(writer, record);
        var header = writer.Length - start - PrefixBytes;
        writer.Bytes(record.Payload.Span);
        writer.Fill(start + PayloadSumAt, Checksum.Of(record.Payload.Span));
        writer.Fill(start + LengthAt, (uint)header);
        writer.Fill(start + HeaderSumAt, HeaderSum(writer.Written.Span[start..], header));
    }

    /// <summary>Reads a record. One that is damaged says so.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="topic">The topic of the record before, which is often the same.</param>
    /// <exception cref="StorageException">It is newer.</exception>
    public static JournalRecord Read(ReadOnlyMemory<byte> bytes, in RecordPlace place, string? topic = null)
    {
        var span = bytes.Span;
        var header = span.Length < PrefixBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(span[LengthAt..]);
        if (header < 0 || header > span.Length - PrefixBytes || BinaryPrimitives.ReadUInt32LittleEndian(span[HeaderSumAt..]) != HeaderSum(span, header))
        {
            return Unknown(place);
        }

        if (span[0] != Version)
        {
            throw Frame.Newer(place.Engine, place.ToString(), span[0]);
        }

        try
        {
            var payload = bytes[(PrefixBytes + header)..];
            var isWhole = Checksum.Of(payload.Span) == BinaryPrimitives.ReadUInt32LittleEndian(span[PayloadSumAt..]);
            return RecordHeader.Read(span.Slice(PrefixBytes, header), payload, place.Position, isWhole ? null : Damaged(place), topic);
        }
        catch (InvalidDataException)
        {
            return Unknown(place);
        }
    }

    private static uint HeaderSum(ReadOnlySpan<byte> record, int header) =>
        Checksum.Of(record[PayloadSumAt..(PrefixBytes + header)], Checksum.Of(record[..1]));

    private static JournalException Damaged(in RecordPlace place)
    {
        var cause = Frame.Damaged(place.Engine, place.ToString());
        return new JournalException(cause.Message, cause);
    }

    private static JournalRecord Unknown(in RecordPlace place) => new()
    {
        Metadata = new MessageMetadata { Topic = UnknownTopic, Id = $"{UnknownTopic} {place.Position}", PublishedAt = place.AppendedAt },
        KeepUntil = place.AppendedAt + KeepDamaged,
        Damage = Damaged(place),
        Position = place.Position,
    };
}
