using System.Buffers.Binary;
using System.Numerics;

namespace Sira.Storage.Messaging.Formats;

/// <summary>CRC-32C (RFC 3720, appendix B.4), which processors compute by themselves.</summary>
internal static class Checksum
{
    /// <summary>Computes the sum.</summary>
    /// <param name="bytes">Of what.</param>
    /// <param name="before">The sum of what stands before them; 0 for nothing.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var sum = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var next in bytes)
        {
            sum = BitOperations.Crc32C(sum, next);
        }

        return ~sum;
    }
}
