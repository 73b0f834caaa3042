using System.Buffers;

namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>Bytes that wait to be sent, in an array of the pool.</summary>
internal sealed class OutputBuffer
{
    // A usual batch of small commands; what a large value has taken is given back.
    private const int Usual = 64 << 10;
    private const int Kept = 1 << 20;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(Usual);

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    /// <summary>Returns room for that many bytes more.</summary>
    public Span<byte> Ask(int more)
    {
        if (bytes.Length - Length < more)
        {
            var needed = checked(Length + more);
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, (int)Math.Min(Array.MaxLength, bytes.Length * 2L)));
            bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = larger;
        }

        return bytes.AsSpan(Length);
    }

    public void Advance(int written) => Length += written;

    /// <summary>Forgets what was sent.</summary>
    public void Clear()
    {
        Length = 0;
        if (bytes.Length > Kept)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = ArrayPool<byte>.Shared.Rent(Usual);
        }
    }
}
