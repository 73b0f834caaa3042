using System.Buffers.Binary;

namespace Sira.Plugins.Loading.Tests.Support;

/// <summary>Makes the central directory of an archive lie (APPNOTE 4.3.12).</summary>
internal static class ZipForgery
{
    private const int PackedAt = 20;
    private const int UnpackedAt = 24;
    private const int OffsetAt = 42;

    /// <summary>Sets how long a file says it is.</summary>
    public static byte[] SetLength(byte[] archive, int entry, uint length) => Patch(archive, entry, UnpackedAt, length);

    /// <summary>Makes an entry say that its content is that of another.</summary>
    public static byte[] Overlap(byte[] archive, int entry, int other)
    {
        var at = Find(archive, other);
        var patched = Patch(archive, entry, PackedAt, Read(archive, at + PackedAt));
        patched = Patch(patched, entry, UnpackedAt, Read(archive, at + UnpackedAt));
        return Patch(patched, entry, OffsetAt, Read(archive, at + OffsetAt));
    }

    private static uint Read(byte[] archive, int at) => BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(at));

    private static byte[] Patch(byte[] archive, int entry, int at, uint value)
    {
        var patched = (byte[])archive.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(patched.AsSpan(Find(archive, entry) + at), value);
        return patched;
    }

    private static int Find(byte[] archive, int entry)
    {
        var at = -1;
        for (var i = 0; i <= entry; i++)
        {
            at += 1 + archive.AsSpan(at + 1).IndexOf("PK\u0001\u0002"u8);
        }

        return at;
    }
}
