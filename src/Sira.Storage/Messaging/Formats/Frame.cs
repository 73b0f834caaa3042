using System.Buffers.Binary;
using Sira.Storage.Errors;

namespace Sira.Storage.Messaging.Formats;

/// <summary>What stands around each value of a journal: the version (1 byte), the checksum of everything else (4 bytes, little-endian), the content.</summary>
/// <remarks>The first 5 bytes are the same in every version, so that what is newer can be told from what is damaged.</remarks>
internal static class Frame
{
    public const byte Version = 1;

    private const int HeaderBytes = 5;

    /// <summary>Begins a value.</summary>
    public static FormatWriter Begin(int capacity = 64)
    {
        var writer = new FormatWriter(HeaderBytes + capacity);
        writer.Byte(Version);
        writer.Skip(sizeof(uint));
        return writer;
    }

    /// <summary>Ends a value.</summary>
    public static ReadOnlyMemory<byte> End(FormatWriter writer)
    {
        var written = writer.Written;
        writer.Fill(1, SumOf(written.Span));
        return written;
    }

    /// <summary>Opens a value.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="engine">The engine that has kept it.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <exception cref="StorageException">It is damaged, or newer.</exception>
    public static FormatReader Open(ReadOnlySpan<byte> value, string engine, string what)
    {
        if (value.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(value[1..]) != SumOf(value))
        {
            throw Damaged(engine, what);
        }

        return value[0] == Version ? new FormatReader(value[HeaderBytes..]) : throw Newer(engine, what, value[0]);
    }

    public static StorageException Damaged(string engine, string what, Exception? cause = null) =>
        new(StorageErrorKind.Corrupt, engine, $"The engine '{engine}' gave back {what} other than it was written: its checksum does not fit. Look at its disk, and restore a backup if there is more of it.", cause);

    public static StorageException Newer(string engine, string what, byte version) =>
        new(StorageErrorKind.Incompatible, engine, $"The engine '{engine}' holds {what} in version {version}, and this Sira reads version {Version}. Use the version of Sira that wrote it, or a later one.");

    private static uint SumOf(ReadOnlySpan<byte> value) => Checksum.Of(value[HeaderBytes..], Checksum.Of(value[..1]));
}
