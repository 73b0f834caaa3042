using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sira.Backends.RateLimits;
using Sira.Backends.Wire;
using Sira.Errors;

namespace Sira.Backends.Http;

/// <summary>Sends one request with one key and makes every failure a <see cref="BackendException"/>. Chat, streams and embeddings all go through here.</summary>
internal sealed class WireTransport(BackendConnection connection, string modelId)
{
    // Whole conversations are a few KiB; larger ones grow the buffer.
    private const int InitialBodyCapacity = 16 * 1024;

    // Readers of JSON need none of the escapes that protect HTML, and every one costs input bytes.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RateLimitSlot rateLimits = connection.RateLimits.GetSlot(modelId);

    public BackendConnection Connection => connection;

    public string ModelId => modelId;

    /// <summary>Writes a body. A failure is the request's fault: a tool's arguments that cannot be serialised, say.</summary>
    public PooledBufferWriter Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var body = new PooledBufferWriter(InitialBodyCapacity);
        try
        {
            using var writer = new Utf8JsonWriter(body, WriterOptions);
            write(writer, state);
            writer.Flush();
            return body;
        }
        catch (Exception exception) when (exception is not BackendException and not OperationCanceledException)
        {
            body.Dispose();
            throw new BackendException(BackendErrorKind.BadRequest, $"The request could not be written for '{connection.Backend}/{modelId}': {exception.Message}", exception)
            {
                Backend = connection.Backend,
                ModelId = modelId,
            };
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Sends a body and waits for the headers of a successful answer.</summary>
    /// <param name="path">The wire's path.</param>
    /// <param name="body">The body, owned by this call from now on; <see langword="null"/> to fetch instead of to post.</param>
    /// <param name="readError">Reads an error body.</param>
    /// <param name="streaming">Whether a stream of events is expected.</param>
    /// <param name="header">A header that this one request needs.</param>
    /// <param name="headersTimeout">How long the headers may take.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>The exchange, to be disposed.</returns>
    public async ValueTask<WireExchange> SendAsync(
        string path, PooledBufferWriter? body, Func<int, JsonElement, WireError> readError, bool streaming, KeyValuePair<string, string>? header, TimeSpan? headersTimeout,
        CancellationToken cancellationToken)
    {
        var lease = connection.Keys.Take();
        var exchange = new WireExchange(connection, modelId, lease);
        try
        {
            exchange.Request = CreateRequest(path, body, lease.Key, streaming, header);
            await ReceiveHeadersAsync(exchange, headersTimeout, cancellationToken).ConfigureAwait(false);
            rateLimits.Note(exchange.Response!, connection.Time);
            if (!exchange.IsSuccess)
            {
                throw await exchange.ReadErrorAsync(readError, cancellationToken).ConfigureAwait(false);
            }

            exchange.AcceptKey();
            return exchange;
        }
        catch
        {
            exchange.Dispose();
            throw;
        }
    }

    private async ValueTask ReceiveHeadersAsync(WireExchange exchange, TimeSpan? headersTimeout, CancellationToken cancellationToken)
    {
        var deadline = Deadline.Start(connection.Time, headersTimeout, cancellationToken);
        try
        {
            var client = connection.Clients.CreateClient(HttpBackends.GetClientName(connection.Backend));
            exchange.Response = await client.SendAsync(exchange.Request, HttpCompletionOption.ResponseHeadersRead, deadline?.Token ?? cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not BackendException)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(exception.Message, exception, cancellationToken);
            }

            if (deadline is { Expired: true })
            {
                throw exchange.Fail(new Failure(BackendErrorKind.HeadersTimeout)
                {
                    Message = FormattableString.Invariant($"{BackendErrorClassifier.Describe(BackendErrorKind.HeadersTimeout)} of {headersTimeout!.Value.TotalSeconds:0.###} s. Raise the route's Timeouts.Headers if the provider needs longer."),
                    Cause = exception,
                });
            }

            var kind = BackendErrorClassifier.FromSendFailure(exception);
            var advice = kind == BackendErrorKind.ConnectTimeout ? " Raise the backend's ConnectTimeout if it needs longer." : string.Empty;
            throw exchange.Fail(new Failure(kind) { Message = $"{BackendErrorClassifier.Describe(kind)}: {BackendErrorClassifier.DescribeCause(exception).TrimEnd('.')}.{advice}", Cause = exception });
        }
        finally
        {
            if (deadline is not null)
            {
                await deadline.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private HttpRequestMessage CreateRequest(string path, PooledBufferWriter? body, Keys.ApiKey? key, bool streaming, KeyValuePair<string, string>? needed)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, connection.GetAddress(path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = body is null ? null : new PooledJsonContent(body),
        };
        request.Headers.TryAddWithoutValidation("Accept", streaming ? "text/event-stream" : "application/json");
        request.Headers.TryAddWithoutValidation(UserAgent.Header, UserAgent.Value);
        foreach (var header in connection.Headers)
        {
            request.Headers.Remove(header.Key);
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (needed is { } extra)
        {
            // Joined to what the host configured under the same name: betas are a list.
            request.Headers.TryAddWithoutValidation(extra.Key, extra.Value);
        }

        // A header that the host configured stands for itself: its own token, say.
        if (key is not null && !request.Headers.NonValidated.Contains(connection.Auth.Header))
        {
            request.Headers.TryAddWithoutValidation(connection.Auth.Header, key.Present(connection.Auth.Prefix));
        }

        return request;
    }
}
