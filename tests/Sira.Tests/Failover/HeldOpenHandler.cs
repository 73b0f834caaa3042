using Sira.Kernel.Time;

namespace Sira.Tests.Failover;

/// <summary>Keeps connections open after the last byte of a response, as servers do that forget to end a stream.</summary>
internal sealed class HeldOpenHandler(TimeProvider clock) : DelegatingHandler
{
    public int Open { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var held = new StreamContent(new HeldOpenStream(await response.Content.ReadAsStreamAsync(cancellationToken), this));
        foreach (var (name, values) in response.Content.Headers)
        {
            held.Headers.TryAddWithoutValidation(name, values);
        }

        Open++;
        response.Content = held;
        return response;
    }

    private sealed class HeldOpenStream(Stream inner, HeldOpenHandler owner) : Stream
    {
        private readonly CancellationTokenSource closed = new();
        private bool isClosed;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (read == 0 && buffer.Length > 0)
            {
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed.Token);
                await InlineDelay.WaitAsync(Timeout.InfiniteTimeSpan, owner.Clock, ended.Token);
            }

            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (!isClosed)
            {
                isClosed = true;
                owner.Open--;
                closed.Cancel();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private TimeProvider Clock => clock;
}
