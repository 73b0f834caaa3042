using Sira.Backends.Http;

namespace Sira.Backends.Tests.Http;

public sealed class PooledJsonContentTests
{
    [Fact]
    public async Task Dispose_WhileStillBeingSent_KeepsTheBufferUntilItIsSent()
    {
        var body = new PooledBufferWriter(16);
        "prompt"u8.CopyTo(body.GetSpan(6));
        body.Advance(6);
        var content = new PooledJsonContent(body);
        var target = new SlowStream();

        var sending = content.CopyToAsync(target);
        content.Dispose();
        Assert.Equal(6, body.Written.Length);
        target.Release.SetResult();
        await sending;

        Assert.Equal("prompt", target.Text);
        Assert.Equal(0, body.Written.Length);
    }

    [Fact]
    public async Task CopyToAsync_AfterDispose_SendsNothing()
    {
        var body = new PooledBufferWriter(16);
        var content = new PooledJsonContent(body);
        content.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => content.CopyToAsync(new MemoryStream()));
    }

    private sealed class SlowStream : MemoryStream
    {
        public TaskCompletionSource Release { get; } = new();

        public string Text { get; private set; } = string.Empty;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Release.Task;
            Text = System.Text.Encoding.UTF8.GetString(buffer.Span);
        }
    }
}
