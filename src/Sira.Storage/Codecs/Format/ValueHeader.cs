using System.Buffers.Binary;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Codecs.Format;

/// <summary>What stands before an encoded value and says how to decode it.</summary>
/// <remarks>Version 1, little-endian: magic (3 bytes), version and its complement (1 each), codec (1: compression in the low half, encryption in the high one); where it is compressed the length before (4), with zstd the version of the dictionary (4); where it is encrypted the subject (16), the generation of its key (4) and the nonce (12); CRC-32C (4) of all that and, where it is not encrypted, of the content. Then the content, and where it is encrypted the tag of GCM (16), which covers the rest.</remarks>
internal readonly record struct ValueHeader(ValueCompression Compression, ValueEncryption Encryption, uint PlainLength, uint Dictionary, SubjectId Subject, uint Generation)
{
    /// <summary>How much longer than its content a value may become.</summary>
    public const int MaximumOverhead = PrefixLength + (2 * sizeof(uint)) + SubjectId.Length + sizeof(uint) + DataKey.NonceLength + sizeof(uint) + DataKey.TagLength;

    public const int PrefixLength = 6;
    public const byte Version = 1;

    private const int VersionAt = 3;

    /// <summary>Gets the bytes before the content.</summary>
    public int Length => CheckAt + sizeof(uint);

    /// <summary>Gets the bytes before the CRC: what GCM authenticates together with the place.</summary>
    public int CheckAt => NonceAt + (IsEncrypted ? DataKey.NonceLength : 0);

    public int NonceAt => PrefixLength
        + (Compression is ValueCompression.None ? 0 : sizeof(uint))
        + (Compression is ValueCompression.Zstd ? sizeof(uint) : 0)
        + (IsEncrypted ? SubjectId.Length + sizeof(uint) : 0);

    public int TagLength => IsEncrypted ? DataKey.TagLength : 0;

    public bool IsEncrypted => Encryption is not ValueEncryption.None;

    // No text in UTF-8 has the first of these bytes.
    public static ReadOnlySpan<byte> Magic => [0xF5, 0x53, 0x56];

    /// <summary>Writes everything but nonce and CRC.</summary>
    public void Write(Span<byte> target)
    {
        Magic.CopyTo(target);
        (target[VersionAt], target[VersionAt + 1]) = (Version, unchecked((byte)~Version));
        target[PrefixLength - 1] = (byte)((int)Compression | ((int)Encryption << 4));
        var at = PrefixLength;
        if (Compression is not ValueCompression.None)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target[at..], PlainLength);
            at += sizeof(uint);
        }

        if (Compression is ValueCompression.Zstd)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target[at..], Dictionary);
            at += sizeof(uint);
        }

        if (IsEncrypted)
        {
            Subject.Write(target[at..]);
            BinaryPrimitives.WriteUInt32LittleEndian(target[(at + SubjectId.Length)..], Generation);
        }
    }

    /// <summary>Writes the CRC, once the rest stands.</summary>
    public void WriteCheck(Span<byte> encoded) => BinaryPrimitives.WriteUInt32LittleEndian(encoded[CheckAt..], Check(encoded));

    /// <summary>Reads the header of an encoded value.</summary>
    public static HeaderStatus Read(ReadOnlySpan<byte> encoded, out ValueHeader header)
    {
        header = default;
        if (!encoded.StartsWith(Magic))
        {
            return HeaderStatus.Absent;
        }

        // The version stands there twice so that a damaged one is not taken for a newer one.
        if (encoded.Length < PrefixLength + sizeof(uint) || (byte)~encoded[VersionAt] != encoded[VersionAt + 1])
        {
            return HeaderStatus.Damaged;
        }

        if (encoded[VersionAt] != Version)
        {
            return HeaderStatus.Newer;
        }

        var (compression, encryption) = ((ValueCompression)(encoded[PrefixLength - 1] & 0xF), (ValueEncryption)(encoded[PrefixLength - 1] >> 4));
        header = new ValueHeader(compression, encryption, 0, 0, default, 0);
        if (compression > ValueCompression.Zstd || encryption > ValueEncryption.AesGcm || encoded.Length < header.Length + header.TagLength
            || header.Check(encoded) != BinaryPrimitives.ReadUInt32LittleEndian(encoded[header.CheckAt..]))
        {
            return HeaderStatus.Damaged;
        }

        var at = PrefixLength;
        if (compression is not ValueCompression.None)
        {
            header = header with { PlainLength = BinaryPrimitives.ReadUInt32LittleEndian(encoded[at..]) };
            at += sizeof(uint);
        }

        if (compression is ValueCompression.Zstd)
        {
            header = header with { Dictionary = BinaryPrimitives.ReadUInt32LittleEndian(encoded[at..]) };
            at += sizeof(uint);
        }

        if (header.IsEncrypted)
        {
            header = header with { Subject = SubjectId.Read(encoded[at..]), Generation = BinaryPrimitives.ReadUInt32LittleEndian(encoded[(at + SubjectId.Length)..]) };
        }

        return HeaderStatus.Valid;
    }

    private uint Check(ReadOnlySpan<byte> encoded)
    {
        var crc = Crc32C.Append(Crc32C.Initial, encoded[..CheckAt]);
        return Crc32C.Finish(IsEncrypted ? crc : Crc32C.Append(crc, encoded[Length..]));
    }
}
