using System.Text;

namespace Sira.Backends.Tests.Support;

/// <summary>A response body that arrives in pieces, breaks off or stalls, and knows whether it was disposed.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly Queue<Func<Memory<byte>, CancellationToken, ValueTask<int>>> script = new();

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public ScriptedStream Send(string text)
    {
        script.Enqueue((buffer, _) => ValueTask.FromResult(Encoding.UTF8.GetBytes(text, buffer.Span)));
        return this;
    }

    public ScriptedStream Throw(Exception exception)
    {
        script.Enqueue((_, _) => ValueTask.FromException<int>(exception));
        return this;
    }

    public ScriptedStream Hang()
    {
        script.Enqueue(static async (_, token) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(token);
            return 0;
        });
        return this;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        script.TryDequeue(out var next) ? next(buffer, cancellationToken) : ValueTask.FromResult(0);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
