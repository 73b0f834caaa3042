using System.Buffers;
using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Codecs;

/// <summary>An encoded value in a rented buffer.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Length">How much of it is the value.</param>
/// <param name="Key">The key that has encrypted it.</param>
internal readonly record struct EncodedValue(byte[] Buffer, int Length, DataKey? Key)
{
    public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

    /// <summary>Gives the buffer back, after a write that has ended well: one that was given up may still read it.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
}
