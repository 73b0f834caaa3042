using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;

namespace Sira.Backends.Tests.Configuration;

/// <summary>Each kind reaches its provider: address, key, protocol headers, wire.</summary>
public sealed class BackendKindTests
{
    [Fact]
    public async Task Anthropic_Call_HasItsHeadersAndWire()
    {
        using var harness = new BackendHarness(static sira => sira.AddAnthropic(static options => options.ApiKeys.Add("k")));
        harness.Network.ThenJson("""{"id":"m1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}""");

        var response = await harness.LoadOne().GetChatClient("claude-haiku-4-5").GetResponseAsync("Hi");

        var sent = harness.Network.Sent[0];
        Assert.Equal("https://api.anthropic.com/v1/messages", sent.Address.ToString());
        Assert.Equal("k", sent.Headers["x-api-key"]);
        Assert.Equal("2023-06-01", sent.Headers["anthropic-version"]);
        Assert.Contains("\"max_tokens\":64000", sent.Body, StringComparison.Ordinal);
        Assert.Equal("Hello", response.Text);
    }

    [Fact]
    public async Task Gemini_Stream_HasItsHeaderPathAndWire()
    {
        using var harness = new BackendHarness(static sira => sira.AddGemini(static options => options.ApiKeys.Add("k")));
        harness.Network.ThenText("data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Hello\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n", "text/event-stream");

        var response = await harness.LoadOne().GetChatClient("gemini-2.5-flash").GetStreamingResponseAsync("Hi").ToChatResponseAsync();

        var sent = harness.Network.Sent[0];
        Assert.Equal("https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", sent.Address.ToString());
        Assert.Equal("k", sent.Headers["x-goog-api-key"]);
        Assert.Equal("Hello", response.Text);
    }

    [Fact]
    public async Task OpenAI_ResponsesApi_IsSpokenWhenAskedFor()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options =>
        {
            options.ApiKeys.Add("k");
            options.Api = "responses";
        }));
        harness.Network.ThenJson("""{"id":"resp_1","object":"response","created_at":1700000000,"status":"completed","model":"gpt-5-mini","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}""");

        var response = await harness.LoadOne().GetChatClient("gpt-5-mini").GetResponseAsync("Hi");

        Assert.Equal("https://api.openai.com/v1/responses", harness.Network.Sent[0].Address.ToString());
        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public void EveryBuilderCall_WithItsVariables_Builds()
    {
        using var harness = new BackendHarness(
            static sira => sira.AddOpenAI().AddAzureOpenAI().AddAnthropic().AddGemini().AddDeepSeek().AddGroq().AddMistral().AddXai().AddOpenRouter().AddTogether().AddOllama(),
            new FakeEnvironment(("OPENAI_API_KEY", "k"), ("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_ENDPOINT", "https://res.openai.azure.com"), ("ANTHROPIC_API_KEY", "k"), ("GOOGLE_API_KEY", "k"),
                ("DEEPSEEK_API_KEY", "k"), ("GROQ_API_KEY", "k"), ("MISTRAL_API_KEY", "k"), ("XAI_API_KEY", "k"), ("OPENROUTER_API_KEY", "k"), ("TOGETHER_API_KEY", "k")));

        var backends = harness.Load();

        Assert.Empty(harness.Errors.Items);
        Assert.Equal(11, backends.Count);
        // Those with a usual model know it.
        Assert.All(backends.Where(static backend => backend.DefaultModel is not null && backend.Name != "together"), static backend => Assert.NotNull(backend.GetModel(backend.DefaultModel!).ContextWindow));
    }
}
