using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sira.Storage.State;

/// <summary>Cuts what a part writes into blocks, and writes those that the slot does not have.</summary>
/// <remarks>
/// The cuts depend on what is written, not on where it stands: after a line whose checksum ends in <see cref="CutBits"/> zeros. So a record that is changed, added or taken away changes its own block and perhaps the next, and of a large state only what changed is written.
/// After Muthitacharoen, Chen, Mazières, "A Low-bandwidth Network File System", SOSP 2001, with lines in the place of a rolling window. What has no lines is cut at the greatest length.
/// </remarks>
internal sealed class BlockWriteStream(SlotStore store, Guid slot, HashSet<string> known) : Stream
{
    // With records of some 250 bytes, a block has 16 KiB: small beside the state, large beside a key.
    private const int CutBits = 6;
    private const uint CutMask = (1 << CutBits) - 1;
    private const int ShortestBlock = 4 * 1024;
    private const int LongestBlock = 64 * 1024;

    private readonly byte[] buffer = new byte[LongestBlock];
    private readonly List<string> blocks = [];
    private readonly Queue<(string Hash, byte[] Block)> pending = new();
    private int filled;
    private uint checksum;
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

    // Held until something can be awaited.
    public override void Write(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => Take(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Take(buffer.Span);
        return pending.Count == 0 ? ValueTask.CompletedTask : WritePendingAsync(cancellationToken);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Takes nothing more: a part that was left behind must not write on.</summary>
    public void End() => isClosed = true;

    /// <summary>Writes the rest.</summary>
    /// <returns>The names of all blocks, in their order.</returns>
    public async ValueTask<string[]> FinishAsync(CancellationToken cancellationToken)
    {
        End();
        Cut();
        await WritePendingAsync(cancellationToken).ConfigureAwait(false);
        return [.. blocks];
    }

    private static uint Continue(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            checksum = BitOperations.Crc32C(checksum, word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            checksum = BitOperations.Crc32C(checksum, rest);
        }

        return checksum;
    }

    private void Take(ReadOnlySpan<byte> source)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        while (!source.IsEmpty)
        {
            var end = source.IndexOf((byte)'\n');
            var taken = source[..Math.Min(end < 0 ? source.Length : end + 1, LongestBlock - filled)];
            taken.CopyTo(buffer.AsSpan(filled));
            checksum = Continue(checksum, taken);
            filled += taken.Length;
            source = source[taken.Length..];
            var isLine = taken[^1] == (byte)'\n';
            if (filled == LongestBlock || (isLine && filled >= ShortestBlock && (checksum & CutMask) == 0))
            {
                Cut();
            }

            checksum = isLine ? 0 : checksum;
        }
    }

    private void Cut()
    {
        if (filled > 0)
        {
            var block = buffer.AsSpan(0, filled);
            var hash = Convert.ToHexStringLower(SHA256.HashData(block));
            blocks.Add(hash);
            if (known.Add(hash))
            {
                pending.Enqueue((hash, block.ToArray()));
            }

            filled = 0;
        }
    }

    private async ValueTask WritePendingAsync(CancellationToken cancellationToken)
    {
        while (pending.TryPeek(out var next))
        {
            await store.WriteBlockAsync(slot, next.Hash, next.Block, cancellationToken).ConfigureAwait(false);
            pending.Dequeue();
        }
    }
}
