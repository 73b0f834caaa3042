using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sira.Kernel.Balancing;

/// <summary>A 64-bit hash that is the same in every process, version and run, for affinity keys and consistent hashing.</summary>
/// <remarks>
/// XXH64 with seed 0, written from the specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). Not for security: who knows the input can make collisions.
/// <c>string.GetHashCode</c> is seeded per process, and System.IO.Hashing would be a package more for this one function.
/// </remarks>
public static class StableHash
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    /// <summary>Hashes text by its UTF-16 code units, without copying it.</summary>
    /// <param name="text">The text; case matters.</param>
    /// <returns>The hash.</returns>
    public static ulong Compute(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Compute(text.AsSpan());
    }

    /// <summary>Hashes text by its UTF-16 code units, without copying it.</summary>
    /// <param name="text">The text; case matters.</param>
    /// <returns>The hash.</returns>
    public static ulong Compute(ReadOnlySpan<char> text) => Compute(MemoryMarshal.AsBytes(text));

    /// <summary>Hashes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The hash.</returns>
    public static ulong Compute(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        var hash = bytes.Length >= 32 ? Stripes(ref rest) : Prime5;
        hash += (ulong)bytes.Length;
        while (rest.Length >= 8)
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            rest = rest[8..];
        }

        if (rest.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            rest = rest[4..];
        }

        foreach (var value in rest)
        {
            hash ^= value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        return Avalanche(hash);
    }

    /// <summary>Mixes two hashes into one of which every bit depends on every bit of both. Order matters.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <returns>The hash of both.</returns>
    public static ulong Combine(ulong left, ulong right) => Avalanche(Round(Round(Prime5, left), right));

    private static ulong Stripes(ref ReadOnlySpan<byte> rest)
    {
        unchecked
        {
            var lane1 = Prime1 + Prime2;
            var lane2 = Prime2;
            var lane3 = 0UL;
            var lane4 = 0UL - Prime1;
            while (rest.Length >= 32)
            {
                lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(rest));
                lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
                lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
                lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
                rest = rest[32..];
            }

            var hash = BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7) + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18);
            hash = Merge(hash, lane1);
            hash = Merge(hash, lane2);
            hash = Merge(hash, lane3);
            return Merge(hash, lane4);
        }
    }

    private static ulong Round(ulong accumulator, ulong lane) => BitOperations.RotateLeft(accumulator + (lane * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * Prime1) + Prime4;

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
