using System.Net;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Anthropic;
using Sira.Backends.Gemini;
using Sira.Backends.OpenAIChat.Requests;
using Sira.Backends.OpenAIResponses;
using Sira.Backends.Wire;
using Sira.Errors;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Testing.Recordings;

namespace Sira.Tests.EndToEnd;

/// <summary>Recorded traffic of real providers, replayed below the public API: the text that the provider's own SDK saw comes out of Sira.</summary>
public class RecordedTrafficTests
{
    private static readonly (string Api, string Provider, Action<ISiraBuilder> Add)[] Wires =
    [
        ("chat_completions", "openai", sira => sira.AddOpenAI("recorded", Key)),
        ("chat_completions", "azure", sira => sira.AddAzureOpenAI("recorded", options => { Key(options); options.Endpoint = new Uri("https://example.openai.azure.com"); })),
        ("chat_completions", "deepseek", sira => sira.AddDeepSeek("recorded", Key)),
        ("chat_completions", "groq", sira => sira.AddGroq("recorded", Key)),
        ("chat_completions", "mistral", sira => sira.AddMistral("recorded", Key)),
        ("chat_completions", "ollama", sira => sira.AddOllama("recorded", Key)),
        ("chat_completions", "openrouter", sira => sira.AddOpenRouter("recorded", Key)),
        ("chat_completions", "google-gemini", sira => sira.AddOpenAICompatible("recorded", options => { Key(options); options.Endpoint = new Uri("https://example.com/v1"); })),
        ("responses", "openai", sira => sira.AddOpenAI("recorded", options => { Key(options); options.Api = "responses"; })),
        ("responses", "xai", sira => sira.AddXai("recorded", options => { Key(options); options.Api = "responses"; })),
        ("messages", "anthropic", sira => sira.AddAnthropic("recorded", Key)),
        ("generate_content", "google-gemini", sira => sira.AddGemini("recorded", Key)),
    ];

    public static TheoryData<string, string> Cases => new(Wires.Select(wire => (wire.Api, wire.Provider)));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task RecordedExchanges_ComeThroughThePublicApi(string api, string provider)
    {
        Assert.SkipWhen(RecordingLibrary.Folder is null, RecordingLibrary.MissingReason);
        var add = Wires.Single(wire => wire.Api == api && wire.Provider == provider).Add;
        var replay = new ReplayHandler();
        await using var sira = SiraInstance.Create(builder =>
        {
            add(builder);
            builder.ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 0, MinimumThroughput = 1_000_000 });
            builder.Services.AddHttpClient("sira:recorded").ConfigurePrimaryHttpMessageHandler(() => replay);
        });
        var chat = sira.GetChatClient();
        var checkedExchanges = 0;
        var wrong = new List<string>();
        foreach (var recording in RecordingLibrary.Load(api, provider).Where(recording => recording.Expected?.TryGetProperty("text", out _) == true && recording.RequestBody.ValueKind == JsonValueKind.Object))
        {
            replay.Recording = recording;
            var request = Read(api, recording);
            request.Options.ModelId = "recorded/" + recording.Model;
            string text;
            try
            {
                text = recording.Streaming
                    ? (await chat.GetStreamingResponseAsync(request.Messages, request.Options).ToChatResponseAsync()).Text
                    : (await chat.GetResponseAsync(request.Messages, request.Options)).Text;
            }
            catch (RequestFailedException exception)
            {
                text = exception.Message;
            }

            checkedExchanges++;
            var expected = ExpectedText(recording.Expected!.Value.GetProperty("text"));
            if (text != expected)
            {
                wrong.Add($"{recording.Id}: expected '{Shorten(expected)}', was '{Shorten(text)}'");
            }
        }

        Assert.NotEqual(0, checkedExchanges);
        wrong.RemoveAll(line => KnownDifferences.Contains(line.Split(": ")[0]));
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private static HashSet<string> KnownDifferences { get; } = [.. File.ReadAllLines(Path.Combine(Testing.RepositoryRoot.Path, "tests", "Sira.Tests", "EndToEnd", "differences.txt")).Where(line => line.Length > 0).Select(line => line.Split('\t')[0])];

    // Mistral's SDK view keeps content as the wire's array of parts.
    private static string ExpectedText(JsonElement text) => text.ValueKind switch
    {
        JsonValueKind.String => text.GetString()!,
        JsonValueKind.Array => string.Concat(text.EnumerateArray().Where(part => part.GetProperty("type").GetString() == "text").Select(part => part.GetProperty("text").GetString())),
        _ => string.Empty,
    };

    private static void Key(Backends.Configuration.BackendOptions options) => options.ApiKeys.Add("recorded");

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static ChatWireRequest Read(string api, Recording recording) => api switch
    {
        "chat_completions" => OpenAIChatRequestReader.Read(recording.RequestBody),
        "responses" => OpenAIResponsesRequestReader.Read(recording.RequestBody),
        "messages" => AnthropicRequestReader.Read(recording.RequestBody),
        _ => GeminiRequestReader.Read(recording.RequestBody, recording.Model!, recording.Streaming),
    };

    private sealed class ReplayHandler : HttpMessageHandler
    {
        public Recording? Recording { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage((HttpStatusCode)Recording!.Status) { Content = new ByteArrayContent(Recording.ResponseBytes), RequestMessage = request };
            response.Content.Headers.TryAddWithoutValidation("content-type", Recording.Streaming ? "text/event-stream" : "application/json");
            return Task.FromResult(response);
        }
    }
}
