using System.Net;
using Sira.Simulation.Replies;

namespace Sira.Simulation;

/// <summary>Answers an <see cref="HttpClient"/>'s requests from a <see cref="SimulatedProvider"/>, without a network and, unless a fault delays it, without leaving the calling thread.</summary>
/// <param name="provider">The provider; several handlers may share it.</param>
public sealed class SimulatedProviderHandler(SimulatedProvider provider) : HttpMessageHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var exchange = provider.Receive(request.Method.Method, request.RequestUri!, ReadHeaders(request), body);
        try
        {
            await exchange.WaitForStartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            exchange.End(SimulatedRequestOutcome.Cancelled);
            throw;
        }

        switch (exchange.Reply.Start)
        {
            case ReplyStart.Reset:
                exchange.End(SimulatedRequestOutcome.Failed);
                throw ConnectionFailures.ResetBeforeHeaders();
            case ReplyStart.Refused:
                exchange.End(SimulatedRequestOutcome.Failed);
                throw ConnectionFailures.Refused(request.RequestUri!);
            default:
                return MakeResponse(request, exchange);
        }
    }

    private static HttpResponseMessage MakeResponse(HttpRequestMessage request, SimulatedExchange exchange)
    {
        var response = new HttpResponseMessage((HttpStatusCode)exchange.Reply.Status)
        {
            RequestMessage = request,
            Content = new StreamContent(new ReplyStream(exchange)),
        };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", exchange.Reply.MediaType);
        foreach (var (name, value) in exchange.Reply.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    private static Dictionary<string, string> ReadHeaders(HttpRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            headers[name] = values.ToString();
        }

        if (request.Content is { } content)
        {
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                headers[name] = values.ToString();
            }
        }

        return headers;
    }
}
