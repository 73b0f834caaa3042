using System.Net.Sockets;
using Sira.Kernel.Time;

namespace Sira.Simulation.Replies;

/// <summary>The body of a reply as a caller reads it: each read gives at most one step, waits until it is due, and fails the way a socket does.</summary>
/// <param name="exchange">The exchange.</param>
internal sealed class ReplyStream(SimulatedExchange exchange) : Stream
{
    private readonly long start = exchange.Clock.GetTimestamp();
    private readonly CancellationTokenSource closed = new();
    private ReadOnlyMemory<byte> current;
    private int next;
    private bool disposed;

    /// <inheritdoc />
    public override bool CanRead => !disposed;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (current.IsEmpty)
        {
            if (next == exchange.Reply.Body.Count)
            {
                exchange.End(SimulatedRequestOutcome.Completed);
                return 0;
            }

            await AdvanceAsync(cancellationToken).ConfigureAwait(false);
        }

        var count = Math.Min(buffer.Length, current.Length);
        current.Span[..count].CopyTo(buffer.Span);
        current = current[count..];
        if (current.IsEmpty && next == exchange.Reply.Body.Count)
        {
            // Readers of events stop at [DONE] without reading on to the end: they have had it all.
            exchange.End(SimulatedRequestOutcome.Completed);
        }

        return count;
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    /// <remarks>Gives what is there at once, and refuses to block for what is not.</remarks>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None);
        return read.IsCompleted
            ? read.GetAwaiter().GetResult()
            : throw new NotSupportedException("The simulated body is not there yet, and a blocking read would block the clock too: read asynchronously.");
    }

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            exchange.End(exchange.Reply.Body.Count == 0 ? SimulatedRequestOutcome.Completed : SimulatedRequestOutcome.Cancelled);
            closed.Cancel();
            closed.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var step = exchange.Reply.Body[next];
        if (step.Kind == ReplyStepKind.Stall || step.At > TimeSpan.Zero)
        {
            await WaitAsync(step, cancellationToken).ConfigureAwait(false);
        }

        switch (step.Kind)
        {
            case ReplyStepKind.Cut:
                exchange.End(SimulatedRequestOutcome.Failed);
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            case ReplyStepKind.Reset:
                exchange.End(SimulatedRequestOutcome.Failed);
                throw ConnectionFailures.Reset();
            default:
                current = step.Bytes;
                next++;
                break;
        }
    }

    private async ValueTask WaitAsync(ReplyStep step, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed.Token);
        try
        {
            await exchange.WaitForStepAsync(step, start, either.Token).ConfigureAwait(false);
            if (step.Kind == ReplyStepKind.Stall)
            {
                await InlineDelay.WaitAsync(Timeout.InfiniteTimeSpan, exchange.Clock, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Disposed under the reader, as when a response is disposed while somebody reads it.
            throw new IOException("The response was disposed while it was being read.", new SocketException((int)SocketError.OperationAborted));
        }
        catch (OperationCanceledException)
        {
            exchange.End(SimulatedRequestOutcome.Cancelled);
            throw new TaskCanceledException(null, null, cancellationToken);
        }
    }
}
