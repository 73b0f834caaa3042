using System.Buffers.Binary;

namespace Sira.Gateway.Caching.Keys;

/// <summary>A SHA-256, in four words. What is equal here is the same request, as far as a hash without known collisions can say.</summary>
internal readonly record struct CacheKey(ulong A, ulong B, ulong C, ulong D)
{
    public const int Size = 32;

    public static CacheKey Read(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    // Every bit of a hash is as good as any other.
    public override int GetHashCode() => (int)A;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
