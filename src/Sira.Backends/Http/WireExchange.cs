using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Configuration;
using Sira.Backends.Keys;
using Sira.Backends.RateLimits;
using Sira.Backends.Wire;
using Sira.Errors;

namespace Sira.Backends.Http;

/// <summary>One request with its answer: reads the answer within bounds, and words every failure with what is known of it.</summary>
/// <param name="connection">The backend.</param>
/// <param name="modelId">The model.</param>
/// <param name="lease">The key, handed back by this exchange.</param>
internal sealed class WireExchange(BackendConnection connection, string modelId, KeyLease lease) : IDisposable
{
    // An error is a sentence or two of JSON; more than this is a page of HTML.
    private const int MaximumErrorBytes = 64 * 1024;

    private const int ReadSize = 16 * 1024;

    // The status says most; its body must not hold the caller up.
    private static readonly TimeSpan ErrorBodyLimit = TimeSpan.FromSeconds(5);

    private static readonly string[] RequestIdHeaders = ["x-request-id", "request-id", "apim-request-id", "x-ms-request-id"];

    private HttpRequestMessage? request;
    private bool handedBack;

    public HttpRequestMessage Request
    {
        get => request ?? throw new InvalidOperationException("The request has not been set.");
        set => request = value;
    }

    public HttpResponseMessage? Response { get; set; }

    public TimeProvider Time => connection.Time;

    public bool IsSuccess => Response is { IsSuccessStatusCode: true };

    /// <summary>Gets the media type of the answer, lower case; empty when it names none.</summary>
    public string MediaType => Response?.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? string.Empty;

    /// <summary>Notes that the provider took the key. What it says later of the key, within the answer, still counts.</summary>
    public void AcceptKey()
    {
        handedBack = true;
        KeyPool.Succeed(lease);
    }

    /// <summary>Opens the answer's body; no more than the backend's limit can be read from it.</summary>
    public async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken) =>
        new BoundedStream(await Response!.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), connection.MaximumResponseBytes);

    /// <summary>Reads a successful answer's body whole, as JSON.</summary>
    public async ValueTask<JsonBody> ReadJsonAsync(CancellationToken cancellationToken)
    {
        var buffer = new PooledBufferWriter(ReadSize);
        try
        {
            var body = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                await FillAsync(buffer, body, int.MaxValue, cancellationToken).ConfigureAwait(false);
            }

            return new JsonBody(buffer, JsonDocument.Parse(SkipByteOrderMark(buffer.Written)));
        }
        catch (Exception exception)
        {
            var failure = exception switch
            {
                JsonException => new Failure(BackendErrorKind.MalformedResponse)
                {
                    Message = buffer.Written.IsEmpty ? "the answer is empty" : $"the answer is no JSON ({(MediaType.Length > 0 ? MediaType : "no content type")})",
                    Excerpt = ResponseExcerpt.FromBytes(buffer.Written.Span, connection.Keys),
                    Cause = exception,
                },
                _ => default(Failure?),
            };
            var started = !buffer.Written.IsEmpty;
            buffer.Dispose();
            throw failure is { } known ? Fail(known) : Translate(exception, started, null, cancellationToken);
        }
    }

    /// <summary>Reads an answer whose status says failure.</summary>
    public async ValueTask<BackendException> ReadErrorAsync(Func<int, JsonElement, WireError> read, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBufferWriter(ReadSize);
        await ReadErrorBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        var status = (int)Response!.StatusCode;
        var error = Interpret(read, status, buffer.Written);
        return Fail(new Failure(BackendErrorClassifier.Combine(error.Kind, status))
        {
            Message = error.Message,
            Code = error.Code,
            RetryAfter = error.RetryAfter,
            Excerpt = ResponseExcerpt.FromBytes(buffer.Written.Span, connection.Keys),
        });
    }

    /// <summary>Makes what was thrown while an answer was read into what the caller shall see.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="started">Whether a part of the answer had been read.</param>
    /// <param name="usage">The usage reported so far.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public Exception Translate(Exception exception, bool started, UsageDetails? usage, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested && exception is not BackendException)
        {
            return new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        return exception switch
        {
            BackendException { Backend: not null } => exception,
            BackendException known => Fail(new Failure(known.Kind)
            {
                Message = known.Message,
                Code = known.ProviderCode,
                RetryAfter = known.RetryAfter,
                Excerpt = ResponseExcerpt.FromText(known.ResponseExcerpt, connection.Keys),
                Usage = known.Usage ?? usage,
                Cause = known.InnerException,
            }),
            IOException or HttpRequestException or OperationCanceledException => Fail(new Failure(started ? BackendErrorKind.Truncated : BackendErrorKind.Transport)
            {
                Message = $"{BackendErrorClassifier.Describe(started ? BackendErrorKind.Truncated : BackendErrorKind.Transport)}: {BackendErrorClassifier.DescribeCause(exception)}",
                Usage = usage,
                Cause = exception,
            }),
            // The wires read with care; what still throws is an answer of a shape that nobody foresaw.
            _ => Fail(new Failure(BackendErrorKind.MalformedResponse) { Message = $"the answer could not be read: {exception.Message}", Usage = usage, Cause = exception }),
        };
    }

    /// <summary>Words a failure, and rests the key when it was the key's fault.</summary>
    public BackendException Fail(in Failure failure)
    {
        var status = Response is null ? (int?)null : (int)Response.StatusCode;
        var limited = failure.Kind is BackendErrorKind.RateLimited or BackendErrorKind.QuotaExhausted;
        var retryAfter = Response is not null && (limited || failure.Kind is BackendErrorKind.Overloaded or BackendErrorKind.ServerError)
            ? RetryAfterParser.Parse(Response.Headers, failure.RetryAfter, connection.Time.GetUtcNow(), limited)
            : failure.RetryAfter;
        var what = ResponseExcerpt.FromMessage(failure.Message, connection.Keys) ?? BackendErrorClassifier.Describe(failure.Kind);
        var heading = IsSuccess || status is null ? string.Empty : $"HTTP {status}: ";
        var turnedAway = failure.Kind.Scope() == HealthScope.Key;
        var hint = turnedAway && lease.Key is { } key ? $" [{key.Hint}]." : string.Empty;
        if (hint.Length > 0)
        {
            connection.Logger.KeyTurnedAway(connection.Backend, lease.Key!.Hint, failure.Kind);
        }

        // The hint belongs to the sentence, whose full stop comes after it.
        return new BackendException(failure.Kind, $"{connection.Backend}/{modelId} failed ({failure.Kind}): {heading}{(hint.Length > 0 ? what.TrimEnd().TrimEnd('.') : what)}{hint}", failure.Cause)
        {
            Backend = connection.Backend,
            ModelId = modelId,
            StatusCode = status,
            ProviderCode = ResponseExcerpt.FromMessage(failure.Code, connection.Keys),
            RetryAfter = retryAfter,
            RequestId = ResponseExcerpt.FromMessage(FindRequestId(), connection.Keys),
            ResponseExcerpt = failure.Excerpt,
            Usage = failure.Usage,
            CanRotateKey = turnedAway && TurnAwayKey(failure.Kind, retryAfter),
        };
    }

    public void Dispose()
    {
        Response?.Dispose();
        request?.Dispose();
        if (!handedBack)
        {
            handedBack = true;
            KeyPool.Release(lease);
        }
    }

    private bool TurnAwayKey(BackendErrorKind kind, TimeSpan? retryAfter)
    {
        var late = handedBack;
        handedBack = true;
        return late ? connection.Keys.FailLate(lease, kind, retryAfter) : connection.Keys.Fail(lease, kind, retryAfter);
    }

    private static async ValueTask FillAsync(PooledBufferWriter buffer, Stream body, int maximum, CancellationToken cancellationToken)
    {
        int read;
        while (buffer.Written.Length < maximum && (read = await body.ReadAsync(buffer.GetMemory(ReadSize), cancellationToken).ConfigureAwait(false)) > 0)
        {
            buffer.Advance(read);
        }
    }

    private static WireError Interpret(Func<int, JsonElement, WireError> read, int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(SkipByteOrderMark(body));
            return read(status, document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // HTML of a proxy, an empty body, half a body, JSON of an unknown shape: the status has to say it all.
            return default;
        }
    }

    // Forbidden in JSON, and sent by proxies on Windows all the same.
    private static ReadOnlyMemory<byte> SkipByteOrderMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[3..] : body;

    private async ValueTask ReadErrorBodyAsync(PooledBufferWriter buffer, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(connection.Time, ErrorBodyLimit, cancellationToken);
        await using (deadline.ConfigureAwait(false))
        {
            try
            {
                var body = await Response!.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
                await FillAsync(buffer, body, MaximumErrorBytes, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or InvalidDataException)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(exception.Message, exception, cancellationToken);
                }

                // What arrived before it broke off or stalled is still worth reading.
            }
        }
    }

    private string? FindRequestId()
    {
        if (Response is null)
        {
            return null;
        }

        foreach (var name in RequestIdHeaders)
        {
            if (Response.Headers.NonValidated.TryGetValues(name, out var values))
            {
                return values.ToString();
            }
        }

        return null;
    }
}
