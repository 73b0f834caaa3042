using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Simulation.Tests;

/// <summary>A caller that knows nothing but HTTP.</summary>
internal sealed class SimulationClient(HttpClient http) : IDisposable
{
    public const string ChatPath = "v1/chat/completions";
    public const string ResponsesPath = "v1/responses";
    public const string MessagesPath = "v1/messages";
    public const string GeminiPath = "v1beta/models/gemini-2.5-flash:generateContent";
    public const string GeminiStreamPath = "v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";

    public static SimulationClient For(SimulatedProvider provider) => new(new HttpClient(new SimulatedProviderHandler(provider)) { BaseAddress = new Uri("https://provider.test/") });

    public static string Chat(string text, bool stream = false, string more = "") =>
        $$"""{"model":"m","messages":[{"role":"user","content":{{JsonValue.Create(text).ToJsonString()}}}],"stream":{{(stream ? "true" : "false")}}{{more}}}""";

    public static string Messages(string text, bool stream = false, string more = "") =>
        $$"""{"model":"m","max_tokens":1000,"messages":[{"role":"user","content":{{JsonValue.Create(text).ToJsonString()}}}],"stream":{{(stream ? "true" : "false")}}{{more}}}""";

    public static string Responses(string text, bool stream = false, string more = "") =>
        $$"""{"model":"m","input":{{JsonValue.Create(text).ToJsonString()}},"stream":{{(stream ? "true" : "false")}}{{more}}}""";

    public static string Gemini(string text, string more = "") =>
        $$"""{"contents":[{"role":"user","parts":[{"text":{{JsonValue.Create(text).ToJsonString()}}}]}]{{more}}}""";

    public static (string Path, string Body) Request(string wire, string text, bool stream = false) => wire switch
    {
        "chat" => (ChatPath, Chat(text, stream, stream ? ""","stream_options":{"include_usage":true}""" : "")),
        "responses" => (ResponsesPath, Responses(text, stream)),
        "messages" => (MessagesPath, Messages(text, stream)),
        _ => (stream ? GeminiStreamPath : GeminiPath, Gemini(text)),
    };

    public Task<HttpResponseMessage> SendAsync(string path, string body, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (path.EndsWith("/messages", StringComparison.Ordinal))
        {
            request.Headers.Add("anthropic-version", "2023-06-01");
        }

        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public async Task<string> ReadAsync(string path, string body, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(path, body, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<JsonElement> ReadJsonAsync(string path, string body) => JsonDocument.Parse(await ReadAsync(path, body).ConfigureAwait(false)).RootElement;

    public async Task<JsonElement> GetJsonAsync(string path, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.Add(header, value);
        }

        using var response = await http.SendAsync(request).ConfigureAwait(false);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
    }

    public void Dispose() => http.Dispose();
}
