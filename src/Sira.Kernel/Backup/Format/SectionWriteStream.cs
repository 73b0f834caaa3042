using System.Security.Cryptography;

namespace Sira.Kernel.Backup.Format;

/// <summary>Cuts what a part writes into records.</summary>
internal sealed class SectionWriteStream(BackupWriter writer) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] buffer = new byte[BackupFormat.ChunkLength];
    private int filled;
    private long bytes;
    private volatile bool isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !isClosed;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Take(buffer);
            buffer = buffer[taken..];
            if (filled == this.buffer.Length)
            {
                writer.Write(RecordType.Data, this.buffer);
                filled = 0;
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Take(buffer.Span);
            buffer = buffer[taken..];
            if (filled == this.buffer.Length)
            {
                await writer.WriteAsync(RecordType.Data, this.buffer, cancellationToken).ConfigureAwait(false);
                filled = 0;
            }
        }
    }

    // Records are written when they are full: a part that flushes often must not make thousands of small ones.
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Takes nothing more: a part that was left behind must not write into the next section.</summary>
    public void End() => isClosed = true;

    public async ValueTask<SectionTrailer> FinishAsync(CancellationToken cancellationToken)
    {
        End();
        if (filled > 0)
        {
            await writer.WriteAsync(RecordType.Data, buffer.AsMemory(0, filled), cancellationToken).ConfigureAwait(false);
        }

        return new SectionTrailer(bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private int Take(ReadOnlySpan<byte> source)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        var taken = Math.Min(source.Length, buffer.Length - filled);
        source[..taken].CopyTo(buffer.AsSpan(filled));
        hash.AppendData(source[..taken]);
        filled += taken;
        bytes += taken;
        return taken;
    }
}
