using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Sira.Backends.Tests.Support;

/// <summary>Answers requests from a script and keeps what was sent.</summary>
internal sealed class FakeHttpHandler : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> script = new();

    public List<SentRequest> Sent { get; } = [];

    public CancellationToken LastToken { get; private set; }

    public FakeHttpHandler Then(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        script.Enqueue(answer);
        return this;
    }

    public FakeHttpHandler ThenJson(string body, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers) =>
        ThenContent(new StringContent(body, Encoding.UTF8, "application/json"), status, headers);

    public FakeHttpHandler ThenText(string body, string mediaType, HttpStatusCode status = HttpStatusCode.OK) => ThenContent(new StringContent(body, Encoding.UTF8, mediaType), status);

    public FakeHttpHandler ThenEvents(params string[] data) => ThenText(Events(data), "text/event-stream");

    public FakeHttpHandler ThenStream(Stream stream, string mediaType = "text/event-stream", HttpStatusCode status = HttpStatusCode.OK)
    {
        var content = new StreamContent(stream);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return ThenContent(content, status);
    }

    public FakeHttpHandler ThenThrow(Exception exception) => Then((_, _) => Task.FromException<HttpResponseMessage>(exception));

    /// <summary>Never answers, and ends when it is cancelled.</summary>
    public FakeHttpHandler ThenHang() => Then(async (_, token) =>
    {
        await new TaskCompletionSource().Task.WaitAsync(token);
        throw new InvalidOperationException();
    });

    public static string Events(params string[] data) => string.Concat(data.Select(static item => item.StartsWith(':') ? $"{item}\n\n" : $"data: {item}\n\n"));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        LastToken = cancellationToken;
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        Sent.Add(new SentRequest(request.RequestUri!, body, request.Headers.ToDictionary(static header => header.Key, static header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase)));
        return await script.Dequeue()(request, cancellationToken);
    }

    private FakeHttpHandler ThenContent(HttpContent content, HttpStatusCode status, params (string Name, string Value)[] headers) => Then((_, _) =>
    {
        var response = new HttpResponseMessage(status) { Content = content };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return Task.FromResult(response);
    });
}
