using System.Buffers;

namespace Sira.Storage.Codecs.Format;

/// <summary>What is authenticated with an encrypted value and not stored twice: its header and its address.</summary>
internal ref struct AuthenticatedData
{
    private readonly byte[]? rented;

    /// <param name="header">The header without its CRC.</param>
    /// <param name="address">Where the value belongs.</param>
    /// <param name="stack">Room, if it is enough.</param>
    public AuthenticatedData(ReadOnlySpan<byte> header, in ValueAddress address, Span<byte> stack)
    {
        var length = header.Length + address.MaximumLength;
        rented = length > stack.Length ? ArrayPool<byte>.Shared.Rent(length) : null;
        var bytes = rented ?? stack;
        header.CopyTo(bytes);
        Bytes = bytes[..(header.Length + address.Write(bytes[header.Length..]))];
    }

    public ReadOnlySpan<byte> Bytes { get; }

    public readonly void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
