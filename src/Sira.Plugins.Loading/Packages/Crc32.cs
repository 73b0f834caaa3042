namespace Sira.Plugins.Loading.Packages;

/// <summary>The checksum of ZIP archives (APPNOTE 4.4.7: CRC-32 with the reflected polynomial EDB88320), which <see cref="System.IO.Compression.ZipArchive"/> does not look at when it reads.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Continues a checksum; it begins at 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> content)
    {
        var state = ~checksum;
        foreach (var value in content)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
