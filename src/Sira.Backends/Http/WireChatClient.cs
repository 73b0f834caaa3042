using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Errors;
using Sira.Requests;

namespace Sira.Backends.Http;

/// <summary>The client of one model over HTTP, whatever its wire. Always asks for its own model, whatever the options say.</summary>
/// <remarks>Unary calls and streams are sent, keyed and classified by the same code; they differ only in how a successful answer is read.</remarks>
internal sealed class WireChatClient(WireTransport transport, IWireFormat format) : IChatClient
{
    private readonly ChatClientMetadata metadata = new(transport.Connection.Provider, transport.Connection.Endpoint, transport.ModelId);

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var exchange = await SendAsync(messages, options, streaming: false, cancellationToken).ConfigureAwait(false);
        if (exchange.MediaType != "text/event-stream")
        {
            return await ReadWholeAsync(exchange, cancellationToken).ConfigureAwait(false);
        }

        // Some compatible servers stream whether asked to or not.
        var updates = new List<ChatResponseUpdate>();
        var stream = Open(exchange, cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            while (await stream.ReadAsync().ConfigureAwait(false) is { Count: > 0 } read)
            {
                updates.AddRange(read);
            }
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var exchange = await SendAsync(messages, options, streaming: true, cancellationToken).ConfigureAwait(false);
        if (exchange.MediaType.EndsWith("json", StringComparison.Ordinal) || exchange.MediaType == "text/html")
        {
            // A whole answer, or an error under a 200, in place of a stream.
            var response = await ReadWholeAsync(exchange, cancellationToken).ConfigureAwait(false);
            foreach (var update in response.ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        var stream = Open(exchange, cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            while (await stream.ReadAsync().ConfigureAwait(false) is { Count: > 0 } updates)
            {
                foreach (var update in updates)
                {
                    yield return update;
                }
            }
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the backend owns what it uses.</summary>
    public void Dispose()
    {
    }

    private ValueTask<WireExchange> SendAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, bool streaming, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        var request = new WireRequest(transport.ModelId, messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, streaming, this);
        var headersTimeout = (options as SiraChatOptions)?.HeadersTimeout;
        if (options?.ContinuationToken is { } token)
        {
            var address = format.GetContinuationPath(token, streaming)
                ?? throw new BackendException(BackendErrorKind.BadRequest, $"'{transport.Connection.Backend}/{transport.ModelId}' cannot continue from this continuation token: it was made by another provider or wire.") { Backend = transport.Connection.Backend, ModelId = transport.ModelId };
            return transport.SendAsync(address, body: null, format.ReadError, streaming, format.GetHeader(request), headersTimeout, cancellationToken);
        }

        var body = transport.Write((format, request), static (writer, state) => state.format.WriteRequest(writer, state.request));
        return transport.SendAsync(format.GetPath(transport.ModelId, streaming), body, format.ReadError, streaming, format.GetHeader(request), headersTimeout, cancellationToken);
    }

    private async ValueTask<ChatResponse> ReadWholeAsync(WireExchange exchange, CancellationToken cancellationToken)
    {
        using var body = await exchange.ReadJsonAsync(cancellationToken).ConfigureAwait(false);
        ChatResponse response;
        try
        {
            response = format.ReadResponse(body.Root);
        }
        catch (Exception exception)
        {
            throw exchange.Translate(exception, started: true, usage: null, cancellationToken);
        }

        // A background response has not finished yet, and says so by its continuation token.
        if (response.FinishReason is null && response.ContinuationToken is null && transport.Connection.RequiresFinishReason)
        {
            throw exchange.Fail(new Failure(BackendErrorKind.Truncated)
            {
                Message = "the answer has no finish reason",
                Excerpt = ResponseExcerpt.FromBytes(body.Bytes, transport.Connection.Keys),
                Usage = response.Usage,
            });
        }

        return response;
    }

    private WireStream Open(WireExchange exchange, CancellationToken cancellationToken) =>
        new(exchange, format.CreateStreamReader(), transport.Connection.RequiresFinishReason, cancellationToken);
}
