using System.Net;
using System.Net.Http.Headers;

namespace Sira.Backends.Http;

/// <summary>A JSON body in a pooled buffer.</summary>
/// <remarks>A provider may answer (with a 401, say) while the body is still being sent, and the answer's reader then disposes this. The buffer goes back to the pool only when the last sender has finished too; otherwise another request's prompt could be sent in its place.</remarks>
internal sealed class PooledJsonContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly PooledBufferWriter body;
    private int users = 1;
    private bool disposed;

    public PooledJsonContent(PooledBufferWriter body)
    {
        this.body = body;
        Headers.ContentType = Json;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Written.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            await stream.WriteAsync(body.Written, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            Leave();
        }

        base.Dispose(disposing);
    }

    private void Enter()
    {
        int current;
        do
        {
            current = Volatile.Read(ref users);
            ObjectDisposedException.ThrowIf(current == 0, this);
        }
        while (Interlocked.CompareExchange(ref users, current + 1, current) != current);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            body.Dispose();
        }
    }
}
