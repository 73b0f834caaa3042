using System.Net;
using System.Text;
using System.Text.Json;

namespace Sira.Tests.Features.Support;

/// <summary>A provider that records requests and plays a script; a request beyond the script gets a plain answer of the wire.</summary>
internal sealed class ProviderDouble(string wire) : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> script = new();

    public List<ReceivedCall> Calls { get; } = [];

    public JsonElement Body => Calls[^1].Body;

    public static HttpResponseMessage Response(byte[] body, bool streaming, int status = 200, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
        response.Content.Headers.TryAddWithoutValidation("content-type", streaming ? "text/event-stream" : "application/json");
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    public ProviderDouble Reply(string body, bool streaming, int status = 200, params (string Name, string Value)[] headers) =>
        Reply(() => Response(Encoding.UTF8.GetBytes(body), streaming, status, headers));

    public ProviderDouble Reply(Func<HttpResponseMessage> response)
    {
        script.Enqueue(response);
        return this;
    }

    public ProviderDouble Reply(WireAnswer answer, bool streaming) => Reply(answer.Write(wire, streaming), streaming);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var bytes = request.Content is null ? "{}"u8.ToArray() : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        using var document = JsonDocument.Parse(bytes);
        var body = document.RootElement.Clone();
        var headers = request.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Calls.Add(new ReceivedCall(request.RequestUri!, headers, body));
        var streaming = request.RequestUri!.AbsolutePath.EndsWith(":streamGenerateContent", StringComparison.Ordinal) || (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True);
        return script.TryDequeue(out var next) ? next() : Response(Encoding.UTF8.GetBytes(new WireAnswer { Text = "Hello." }.Write(wire, streaming)), streaming);
    }
}
