using System.Buffers.Binary;
using System.Numerics;

namespace Sira.Storage.Codecs.Format;

/// <summary>The cyclic redundancy check with Castagnoli's polynomial (RFC 3720, appendix B.4), by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The check of nothing, to be continued.</summary>
    public const uint Initial = uint.MaxValue;

    public static uint Compute(ReadOnlySpan<byte> bytes) => Finish(Append(Initial, bytes));

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return crc;
    }

    public static uint Finish(uint crc) => ~crc;
}
