using System.IO.Pipelines;
using System.Text;

namespace Sira.Storage.Redis.Tests.Client.Connections;

/// <summary>The stream of a connection, with the test on its other end.</summary>
internal sealed class Wire : Stream
{
    private readonly Pipe answers = new();
    private readonly Pipe commands = new(new PipeOptions(pauseWriterThreshold: 0));
    private volatile TaskCompletionSource? hold;
    private int writes;

    public int Writes => Volatile.Read(ref writes);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes end no more until they are let go.</summary>
    public void Hold() => hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo()
    {
        var held = hold;
        hold = null;
        held?.TrySetResult();
    }

    public async Task AnswerAsync(string bytes) => await answers.Writer.WriteAsync(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Waits for that many bytes of commands.</summary>
    public async Task<string> SentAsync(int length)
    {
        var result = await commands.Reader.ReadAtLeastAsync(length).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        var text = Encoding.Latin1.GetString(result.Buffer);
        commands.Reader.AdvanceTo(result.Buffer.End);
        return text;
    }

    /// <summary>Closes the server's side.</summary>
    public void End() => answers.Writer.Complete();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await answers.Reader.ReadAsync(cancellationToken);
        var part = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        foreach (var segment in part)
        {
            segment.CopyTo(buffer);
            buffer = buffer[segment.Length..];
        }

        answers.Reader.AdvanceTo(part.End);
        return (int)part.Length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref writes);
        await commands.Writer.WriteAsync(buffer, CancellationToken.None);
        if (hold is { } held)
        {
            await held.Task.WaitAsync(cancellationToken);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
