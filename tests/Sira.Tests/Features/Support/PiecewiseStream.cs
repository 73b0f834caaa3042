namespace Sira.Tests.Features.Support;

/// <summary>Hands bytes out in pieces that end where it is told to.</summary>
internal sealed class PiecewiseStream(byte[] bytes, int[] ends) : MemoryStream(bytes)
{
    private int piece;

    public override int Read(Span<byte> buffer)
    {
        while (piece < ends.Length && ends[piece] <= Position)
        {
            piece++;
        }

        var left = (piece < ends.Length ? ends[piece] : bytes.Length) - (int)Position;
        return base.Read(buffer[..Math.Min(buffer.Length, left)]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));
}
