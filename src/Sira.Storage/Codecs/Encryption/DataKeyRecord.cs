using System.Buffers.Binary;
using System.Text;
using Sira.Storage.Codecs.Format;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>What is stored of a subject: all its data keys, or that they were erased. One value, so that it changes as a whole.</summary>
/// <param name="Uses">About how many values the newest key has encrypted.</param>
/// <param name="ErasedThrough">The last generation that was erased; 0 for none.</param>
/// <param name="ErasedAt">When, in milliseconds since 1970.</param>
/// <param name="Keys">The keys, the newest last; none after an erasure.</param>
/// <remarks>Version 1, little-endian: magic (3 bytes), version and its complement (1 each), uses (8), erased through (4), erased at (8), number of keys (2), of each key: generation (4), created at (8), length and id of the key-encryption key (1 + n), length and sealed key (2 + n); CRC-32C of all that (4).</remarks>
internal sealed record DataKeyRecord(long Uses, uint ErasedThrough, long ErasedAt, IReadOnlyList<WrappedKey> Keys)
{
    private const byte Version = 1;
    private const int FixedLength = 27;
    private const int FixedKeyLength = 15;

    private static ReadOnlySpan<byte> Magic => [0xF5, 0x53, 0x4B];

    /// <summary>Gets the generation of the newest key; 0 where there is none.</summary>
    public uint Newest => Keys.Count > 0 ? Keys[^1].Generation : 0;

    /// <summary>Gets the generation of the next key: never one that was before.</summary>
    public uint Next => Math.Max(Newest, ErasedThrough) + 1;

    public byte[] Encode()
    {
        var target = new byte[FixedLength + Keys.Sum(static key => FixedKeyLength + key.WrappedBy.Length + key.Sealed.Length) + sizeof(uint)];
        Magic.CopyTo(target);
        (target[3], target[4]) = (Version, unchecked((byte)~Version));
        BinaryPrimitives.WriteInt64LittleEndian(target.AsSpan(5), Uses);
        BinaryPrimitives.WriteUInt32LittleEndian(target.AsSpan(13), ErasedThrough);
        BinaryPrimitives.WriteInt64LittleEndian(target.AsSpan(17), ErasedAt);
        BinaryPrimitives.WriteUInt16LittleEndian(target.AsSpan(25), checked((ushort)Keys.Count));
        var rest = target.AsSpan(FixedLength);
        foreach (var key in Keys)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, key.Generation);
            BinaryPrimitives.WriteInt64LittleEndian(rest[4..], key.CreatedAt);
            rest[12] = (byte)key.WrappedBy.Length;
            rest = rest[(13 + Encoding.ASCII.GetBytes(key.WrappedBy, rest[13..]))..];
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)key.Sealed.Length);
            key.Sealed.Span.CopyTo(rest[2..]);
            rest = rest[(2 + key.Sealed.Length)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(rest, Crc32C.Compute(target.AsSpan(0, target.Length - sizeof(uint))));
        return target;
    }

    /// <summary>Reads a record.</summary>
    public static HeaderStatus Read(ReadOnlyMemory<byte> stored, out DataKeyRecord record)
    {
        record = new DataKeyRecord(0, 0, 0, []);
        var source = stored.Span;
        if (source.Length < FixedLength + sizeof(uint) || !source.StartsWith(Magic) || (byte)~source[3] != source[4])
        {
            return HeaderStatus.Damaged;
        }

        if (source[3] != Version)
        {
            return HeaderStatus.Newer;
        }

        // Behind the check the lengths are what was written.
        if (Crc32C.Compute(source[..^sizeof(uint)]) != BinaryPrimitives.ReadUInt32LittleEndian(source[^sizeof(uint)..]))
        {
            return HeaderStatus.Damaged;
        }

        var keys = new WrappedKey[BinaryPrimitives.ReadUInt16LittleEndian(source[25..])];
        var at = FixedLength;
        for (var i = 0; i < keys.Length; i++)
        {
            var id = source.Slice(at + 13, source[at + 12]);
            var sealedAt = at + FixedKeyLength + id.Length;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(source[(sealedAt - 2)..]);
            keys[i] = new WrappedKey(BinaryPrimitives.ReadUInt32LittleEndian(source[at..]), BinaryPrimitives.ReadInt64LittleEndian(source[(at + 4)..]), Encoding.ASCII.GetString(id), stored.Slice(sealedAt, length));
            at = sealedAt + length;
        }

        record = new DataKeyRecord(BinaryPrimitives.ReadInt64LittleEndian(source[5..]), BinaryPrimitives.ReadUInt32LittleEndian(source[13..]), BinaryPrimitives.ReadInt64LittleEndian(source[17..]), keys);
        return HeaderStatus.Valid;
    }
}
