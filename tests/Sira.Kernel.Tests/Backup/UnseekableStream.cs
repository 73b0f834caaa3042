using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Backup;

/// <summary>Gives bytes as a network does: in pieces of any length, once.</summary>
internal sealed class UnseekableStream(byte[] bytes, int seed) : MemoryStream(bytes)
{
    private readonly SeededRandomSource random = new(seed);

    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + random.Next(5000))], cancellationToken);
}
