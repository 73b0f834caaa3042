using System.Buffers.Binary;

namespace Sira.Plugins.Loading.Packages;

/// <summary>The checksum of ZIP archives (APPNOTE 4.4.7: CRC-32 with the reflected polynomial EDB88320), which <see cref="System.IO.Compression.ZipArchive"/> does not look at when it reads.</summary>
/// <remarks>Eight bytes at a time over eight tables ("slicing-by-8": Kounavis and Berry, A Systematic Approach to Building High Performance, Software-based, CRC Generators, 2005).</remarks>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Continues a checksum; it begins at 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> content)
    {
        var state = ~checksum;
        var tables = Tables;
        var (t0, t1, t2, t3, t4, t5, t6, t7) = (tables[0], tables[1], tables[2], tables[3], tables[4], tables[5], tables[6], tables[7]);
        for (; content.Length >= Slices; content = content[Slices..])
        {
            var low = state ^ BinaryPrimitives.ReadUInt32LittleEndian(content);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
            state = t7[(byte)low] ^ t6[(byte)(low >> 8)] ^ t5[(byte)(low >> 16)] ^ t4[low >> 24]
                ^ t3[(byte)high] ^ t2[(byte)(high >> 8)] ^ t1[(byte)(high >> 16)] ^ t0[high >> 24];
        }

        foreach (var value in content)
        {
            state = t0[(byte)(state ^ value)] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[Slices][];
        for (var slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                // What a byte does to the checksum that many bytes further on.
                tables[slice][i] = slice == 0 ? Remainder(i) : tables[0][(byte)tables[slice - 1][i]] ^ (tables[slice - 1][i] >> 8);
            }
        }

        return tables;
    }

    private static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
        }

        return value;
    }
}
