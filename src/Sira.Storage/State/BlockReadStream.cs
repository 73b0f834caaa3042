using System.Security.Cryptography;
using Sira.Kernel.Backup;

namespace Sira.Storage.State;

/// <summary>Reads the blocks of a part, each verified by its name.</summary>
internal sealed class BlockReadStream(SlotStore store, Guid slot, SlotPart part) : Stream
{
    private ReadOnlyMemory<byte> left;
    private int next;
    private volatile bool isClosed;

    public override bool CanRead => !isClosed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gives nothing more: a part that was left behind must not read on.</summary>
    public void End() => isClosed = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        while (left.IsEmpty)
        {
            if (next == part.Blocks.Length)
            {
                return 0;
            }

            var name = part.Blocks[next++];
            left = await store.ReadBlockAsync(slot, name, cancellationToken).ConfigureAwait(false) is { } block && Convert.ToHexStringLower(SHA256.HashData(block.Span)) == name
                ? block
                : throw new StateBackupException($"The state of '{part.Name}' that is kept in '{store.Partition}' is damaged: its block {next} of {part.Blocks.Length} is missing or changed. Restore the storage from a backup, or delete '{SlotStore.NameOf(slot)}' to start without what it holds.");
        }

        var taken = Math.Min(buffer.Length, left.Length);
        left[..taken].CopyTo(buffer);
        left = left[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A state is read with ReadAsync, so that no thread waits for a disk or a network.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
