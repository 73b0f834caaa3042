namespace Sira.Storage.LargeValues;

/// <summary>Tells values from what stands for them.</summary>
/// <remarks>
/// <para>Small values stand as they are, so that what was written before there were large ones is read as it was, and reading costs a comparison. Only what begins with the seven bytes of a header gets one of its own: whatever a caller writes, it is never taken for a pointer.</para>
/// <para>Version 1: seven bytes of magic, version (1), <see cref="StoredKind"/> (1). Then the value, or, little-endian, owner (8), id (16) and length (4) of the pointer and the CRC-32C (4) of all that.</para>
/// </remarks>
internal static class StoredForm
{
    public const int HeaderLength = 9;
    public const byte Version = 1;

    private const int VersionAt = 7;
    private const int KindAt = 8;

    // No text in UTF-8 has the first of these bytes.
    public static ReadOnlySpan<byte> Magic => [0xF5, 0x53, 0x69, 0x72, 0x61, 0x4C, 0x56];

    /// <summary>Returns what to store for a value that stays in the main engine.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> value)
    {
        if (!value.Span.StartsWith(Magic))
        {
            return value;
        }

        var escaped = new byte[HeaderLength + value.Length];
        WriteHeader(escaped, StoredKind.Escaped);
        value.Span.CopyTo(escaped.AsSpan(HeaderLength));
        return escaped;
    }

    public static void WriteHeader(Span<byte> target, StoredKind kind)
    {
        Magic.CopyTo(target);
        (target[VersionAt], target[KindAt]) = (Version, (byte)kind);
    }

    /// <summary>Reads what is stored.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="value">The value, where it stands there.</param>
    /// <param name="pointer">Where it is, otherwise.</param>
    public static StoredKind Read(ReadOnlyMemory<byte> stored, out ReadOnlyMemory<byte> value, out ValuePointer pointer)
    {
        (value, pointer) = (stored, default);
        var bytes = stored.Span;
        if (!bytes.StartsWith(Magic))
        {
            return StoredKind.Plain;
        }

        if (bytes.Length < HeaderLength)
        {
            return StoredKind.Damaged;
        }

        if (bytes[VersionAt] != Version)
        {
            return StoredKind.Newer;
        }

        switch ((StoredKind)bytes[KindAt])
        {
            case StoredKind.Escaped:
                value = stored[HeaderLength..];
                return StoredKind.Escaped;
            case StoredKind.Pointer when ValuePointer.TryRead(bytes, out pointer):
                return StoredKind.Pointer;
            default:
                return StoredKind.Damaged;
        }
    }
}
