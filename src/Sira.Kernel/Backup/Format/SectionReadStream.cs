using System.Security.Cryptography;

namespace Sira.Kernel.Backup.Format;

/// <summary>Gives a part the bytes of its section, each verified.</summary>
internal sealed class SectionReadStream(BackupReader reader) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ReadOnlyMemory<byte> left;
    private long bytes;
    private volatile bool isClosed;

    /// <summary>The last record of the section, once it was reached.</summary>
    public SectionTrailer? Trailer { get; private set; }

    public override bool CanRead => !isClosed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gives nothing more: a part that was left behind must not read from the next section.</summary>
    public void End() => isClosed = true;

    /// <summary>Verifies what the part has not read.</summary>
    public async ValueTask<SectionTrailer> DrainAsync(CancellationToken cancellationToken)
    {
        while (await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            left = default;
        }

        return Trailer!;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        if (buffer.IsEmpty || !await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var taken = Math.Min(buffer.Length, left.Length);
        left[..taken].CopyTo(buffer);
        left = left[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A section is read with ReadAsync, so that no thread waits for a disk or a network.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (left.IsEmpty && Trailer is null)
        {
            var (type, payload) = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (type == RecordType.Data)
            {
                left = payload;
                bytes += payload.Length;
                hash.AppendData(payload.Span);
                continue;
            }

            if (type != RecordType.SectionTrailer)
            {
                throw reader.Fail($"The backup is damaged at byte {reader.Bytes}: a section has no end. Restore another backup; this one cannot be trusted.");
            }

            var trailer = reader.Parse(payload, BackupJsonContext.Default.SectionTrailer);
            if (trailer.Bytes != bytes || trailer.Sha256 != Convert.ToHexStringLower(hash.GetHashAndReset()))
            {
                throw reader.Fail($"The backup is damaged before byte {reader.Bytes}: a section is not as long, or not the same, as its end says. Restore another backup; this one cannot be trusted.");
            }

            Trailer = trailer;
        }

        return !left.IsEmpty;
    }
}
