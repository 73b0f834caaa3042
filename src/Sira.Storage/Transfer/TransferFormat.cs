using System.Buffers.Binary;
using System.Numerics;

namespace Sira.Storage.Transfer;

/// <summary>What reader and writer of an export have in common.</summary>
/// <remarks>
/// <para>Eight bytes <c>SIRAXPRT</c>, then records: one byte of kind, four bytes of length, that many bytes, four bytes of checksum over all of these; numbers little-endian. In a record numbers are LEB128 without sign, texts are their length so and UTF-8.</para>
/// <para>Header: version of the format, milliseconds since 1970, name of the engine. Partition: namespace, 0 or 1, tenant. Value: name, milliseconds that are left (0 for ever), then the bytes. Stream: name. Event: version, type, then the bytes. StreamEnd: version of the stream. Trailer: numbers of partitions, values, streams, events and bytes, then the checksum over the checksums of all records before it, in four bytes. Nothing follows.</para>
/// <para>The checksum is CRC-32C (Castagnoli; RFC 3720, B.4).</para>
/// </remarks>
internal static class TransferFormat
{
    public const int Version = 1;

    /// <summary>What a record has beyond a value, at most: names of 1 KiB, types of 128 bytes, and room for engines that take longer names.</summary>
    public const int MaximumOverhead = 64 * 1024;

    public static ReadOnlySpan<byte> Magic => "SIRAXPRT"u8;

    public static uint Begin => uint.MaxValue;

    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, one);
        }

        return checksum;
    }

    public static uint End(uint checksum) => ~checksum;
}
