using System.Globalization;
using System.Text;

namespace Sira.Simulation.Server;

/// <summary>Reads HTTP/1.1 requests from a connection, and between them notices when the caller goes away.</summary>
/// <param name="stream">The connection.</param>
internal sealed class RequestReader(Stream stream)
{
    private const int MaximumHeadBytes = 64 * 1024;
    private const int MaximumBodyBytes = 64 * 1024 * 1024;

    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;
    private Task<int>? pending;

    /// <summary>Reads the next request.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The request, or <see langword="null"/> when the caller closed the connection.</returns>
    /// <exception cref="HttpFormatException">The bytes are not HTTP.</exception>
    public async Task<ReceivedRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        var requestLine = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (requestLine is null)
        {
            return null;
        }

        var parts = requestLine.Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            throw new HttpFormatException("This is not the request line of HTTP/1.1.");
        }

        var headers = await ReadHeadersAsync(cancellationToken).ConfigureAwait(false);
        if (headers.TryGetValue("Expect", out var expect) && expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        var body = await ReadBodyAsync(headers, cancellationToken).ConfigureAwait(false);
        var keepAlive = parts[2] != "HTTP/1.0" && !(headers.TryGetValue("Connection", out var connection) && connection.Equals("close", StringComparison.OrdinalIgnoreCase));
        return new ReceivedRequest(parts[0], parts[1], headers, body, keepAlive);
    }

    /// <summary>Watches the connection while a reply is sent.</summary>
    /// <param name="gone">Cancelled when the caller closes or resets the connection.</param>
    /// <returns>A task that ends when the caller goes away or sends something; not to be waited for before the reply is done.</returns>
    public async Task WatchAsync(CancellationTokenSource gone)
    {
        if (start < end || pending is not null)
        {
            return; // A second request is waiting, so the caller is there.
        }

        start = end = 0;
        pending = stream.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None);
        try
        {
            if (await pending.ConfigureAwait(false) > 0)
            {
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A reset is one more way of going away.
        }

        try
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The reply was done, and the connection kept, before the caller went away: nobody is left to tell.
        }
    }

    private async Task<Dictionary<string, string>> ReadHeadersAsync(CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false) ?? throw new HttpFormatException("The connection ended within the headers.");
            if (line.Length == 0)
            {
                return headers;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || headers.Count > 200)
            {
                throw new HttpFormatException("This is not a header.");
            }

            var name = line[..colon];
            var value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }
    }

    private async Task<byte[]> ReadBodyAsync(Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.TryGetValue("Transfer-Encoding", out var encoding) && encoding.EndsWith("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadChunksAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!headers.TryGetValue("Content-Length", out var length))
        {
            return [];
        }

        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > MaximumBodyBytes)
        {
            throw new HttpFormatException("This is not a length the server takes.");
        }

        var body = new byte[count];
        await FillAsync(body, cancellationToken).ConfigureAwait(false);
        return body;
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (!int.TryParse(line?.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0 || body.Length + size > MaximumBodyBytes)
            {
                throw new HttpFormatException("This is not a chunk the server takes.");
            }

            var chunk = new byte[size];
            await FillAsync(chunk, cancellationToken).ConfigureAwait(false);
            body.Write(chunk);
            while (await ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 })
            {
                // Trailers say nothing that a simulation needs.
            }

            if (size == 0)
            {
                return body.ToArray();
            }
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < MaximumHeadBytes)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            var length = found < 0 ? end - start : found;
            line.Append(Encoding.Latin1.GetString(buffer, start, length));
            start += found < 0 ? length : length + 1;
            if (found >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }

            if (!await MoreAsync(cancellationToken).ConfigureAwait(false))
            {
                return line.Length == 0 ? null : throw new HttpFormatException("The connection ended within a line.");
            }
        }

        throw new HttpFormatException("The line is longer than the server takes.");
    }

    private async Task FillAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            if (start == end && !await MoreAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new HttpFormatException("The connection ended within the body.");
            }

            var count = Math.Min(target.Length, end - start);
            buffer.AsMemory(start, count).CopyTo(target);
            start += count;
            target = target[count..];
        }
    }

    private async Task<bool> MoreAsync(CancellationToken cancellationToken)
    {
        var read = pending ?? stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken);
        pending = null;
        start = 0;
        end = await read.WaitAsync(cancellationToken).ConfigureAwait(false);
        return end > 0;
    }
}
