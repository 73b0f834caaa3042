using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sira.Kernel.Time;
using Sira.Simulation.Replies;

namespace Sira.Simulation.Server;

/// <summary>One connection of a <see cref="SimulatedProviderServer"/>: reads requests and plays their replies.</summary>
/// <param name="socket">The connection, owned by this object.</param>
/// <param name="provider">The provider.</param>
/// <param name="address">The server's address.</param>
internal sealed class ServerConnection(Socket socket, SimulatedProvider provider, Uri address)
{
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    /// <summary>Serves the connection until the caller, a fault or the server ends it.</summary>
    /// <param name="stopping">Cancelled when the server stops.</param>
    /// <returns>A task that ends with the connection; it never fails.</returns>
    public async Task RunAsync(CancellationToken stopping)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var stream = new NetworkStream(socket);
            await using (stream.ConfigureAwait(false))
            {
                try
                {
                    var reader = new RequestReader(stream);
                    while (await reader.ReadAsync(stopping).ConfigureAwait(false) is { } request)
                    {
                        if (!await AnswerAsync(reader, stream, request, stopping).ConfigureAwait(false))
                        {
                            return;
                        }
                    }
                }
                catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or HttpFormatException)
                {
                    // The connection is over, and whoever was on the other end knows why.
                }
            }
        }
    }

    private async Task<bool> AnswerAsync(RequestReader reader, NetworkStream stream, ReceivedRequest request, CancellationToken stopping)
    {
        SimulatedExchange exchange;
        try
        {
            exchange = provider.Receive(request.Method, new Uri(address, request.Target), request.Headers, request.Body);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A rule of the test threw. There is no caller here to throw it at, so the response tells.
            await WriteHeadAsync(stream, new Reply { Status = 500, MediaType = "text/plain" }, stopping).ConfigureAwait(false);
            await WriteChunkAsync(stream, Encoding.UTF8.GetBytes(exception.ToString()), stopping).ConfigureAwait(false);
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), stopping).ConfigureAwait(false);
            return false;
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watching = reader.WatchAsync(gone);
        try
        {
            var whole = await PlayAsync(stream, exchange, gone.Token).ConfigureAwait(false);
            return whole && request.KeepAlive;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            exchange.End(SimulatedRequestOutcome.Cancelled);
            return false;
        }
        finally
        {
            if (exchange.Request.Outcome != SimulatedRequestOutcome.Completed || !request.KeepAlive)
            {
                // The watch ends with the socket; it must not outlive the source it would cancel. Disposing a socket that is
                // being read sends a reset, so a connection that was merely closed waits for the caller to close it too.
                if (exchange.Request.Outcome == SimulatedRequestOutcome.Failed)
                {
                    await Task.WhenAny(watching, InlineDelay.WaitAsync(ClosingTime, TimeProvider.System, stopping)).ConfigureAwait(false);
                }

                socket.Dispose();
                await watching.ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> PlayAsync(NetworkStream stream, SimulatedExchange exchange, CancellationToken cancellationToken)
    {
        await exchange.WaitForStartAsync(cancellationToken).ConfigureAwait(false);
        if (exchange.Reply.Start != ReplyStart.Headers)
        {
            exchange.End(SimulatedRequestOutcome.Failed);
            Reset();
            return false;
        }

        await WriteHeadAsync(stream, exchange.Reply, cancellationToken).ConfigureAwait(false);
        var start = exchange.Clock.GetTimestamp();
        foreach (var step in exchange.Reply.Body)
        {
            await exchange.WaitForStepAsync(step, start, cancellationToken).ConfigureAwait(false);
            switch (step.Kind)
            {
                case ReplyStepKind.Send:
                    await WriteChunkAsync(stream, step.Bytes, cancellationToken).ConfigureAwait(false);
                    break;
                case ReplyStepKind.Stall:
                    await InlineDelay.WaitAsync(Timeout.InfiniteTimeSpan, exchange.Clock, cancellationToken).ConfigureAwait(false);
                    break;
                case ReplyStepKind.Cut:
                    exchange.End(SimulatedRequestOutcome.Failed);
                    socket.Shutdown(SocketShutdown.Send);
                    return false;
                default:
                    exchange.End(SimulatedRequestOutcome.Failed);
                    Reset();
                    return false;
            }
        }

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        exchange.End(SimulatedRequestOutcome.Completed);
        return true;
    }

    // Closing with a linger time of zero sends RST instead of FIN.
    private void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    private static async Task WriteHeadAsync(NetworkStream stream, Reply reply, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} \r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Type: {reply.MediaType}\r\nTransfer-Encoding: chunked\r\n");
        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteChunkAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes.Span, (byte)'\r', (byte)'\n'];
        await stream.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
    }
}
