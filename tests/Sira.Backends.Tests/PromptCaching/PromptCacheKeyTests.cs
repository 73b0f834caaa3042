using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.OpenAIChat;
using Sira.Backends.Tests.Support;
using Sira.Requests;

namespace Sira.Backends.Tests.PromptCaching;

public sealed class PromptCacheKeyTests
{
    private const string Answer = """{"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";
    private const string Response = """{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]}""";

    [Theory]
    [InlineData("openai", """{"prompt_cache_key":"tenant-1"}""")]
    [InlineData("azure", """{"prompt_cache_key":"tenant-1"}""")]
    [InlineData("mistral", """{"prompt_cache_key":"tenant-1"}""")]
    [InlineData("xai", "{}")]
    [InlineData("deepseek", "{}")]
    [InlineData("groq", "{}")]
    [InlineData("openrouter", "{}")]
    [InlineData("together", "{}")]
    [InlineData("ollama", "{}")]
    [InlineData("openai-compatible", "{}")]
    public void Write_Chat_OnlyThoseThatKnowItGetIt(string dialect, string expected) =>
        Assert.Equal(expected, WireHarness.WriteOptions(dialect, new SiraChatOptions { PromptCacheKey = "tenant-1" }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t")]
    public void Write_NoKey_AsksForNothing(string? key) => Assert.Equal("{}", WireHarness.WriteOptions("openai", new SiraChatOptions { PromptCacheKey = key }));

    [Fact]
    public void Write_PlainOptions_AsksForNothing() => Assert.Equal("{}", WireHarness.WriteOptions("openai", new ChatOptions()));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void Write_KeyThatIsTooLong_IsReplacedByItsDigest(int length, bool kept)
    {
        var key = new string('k', length);

        var written = Written(key);

        Assert.Equal(kept, written == key);
        Assert.Equal(64, written.Length);
        Assert.Equal(written, Written(key));
        Assert.NotEqual(written, Written(key[1..] + "x"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\r\nx-other: b")]
    [InlineData("Größe")]
    public void Write_KeyThatAHeaderCannotCarry_IsReplacedByItsDigest(string key) => Assert.Matches("^[0-9a-f]{64}$", Written(key));

    [Fact]
    public void Write_OwnKeyAmongTheRawMembers_Wins() =>
        Assert.Equal("""{"prompt_cache_key":"mine"}""", WireHarness.WriteOptions("openai", new SiraChatOptions
        {
            PromptCacheKey = "tenant-1",
            RawRepresentationFactory = static _ => new JsonObject { ["prompt_cache_key"] = "mine" },
        }));

    [Fact]
    public async Task GetResponseAsync_XaiChat_SendsAHeader()
    {
        using var harness = new BackendHarness(static sira => sira.AddXai(static options => options.ApiKeys.Add("k")));
        harness.Network.ThenJson(Answer).ThenJson(Answer);
        var client = harness.LoadOne().GetChatClient("grok-4.3");

        await client.GetResponseAsync("Hi", new SiraChatOptions { PromptCacheKey = "tenant-1" });
        await client.GetResponseAsync("Hi");

        Assert.Equal("tenant-1", harness.Network.Sent[0].Headers["x-grok-conv-id"]);
        Assert.DoesNotContain("tenant-1", harness.Network.Sent[0].Body, StringComparison.Ordinal);
        Assert.False(harness.Network.Sent[1].Headers.ContainsKey("x-grok-conv-id"));
    }

    [Theory]
    [InlineData("openai", "tenant-1")]
    [InlineData("azure", "tenant-1")]
    [InlineData("xai", "tenant-1")]
    [InlineData("openrouter", null)]
    [InlineData("openai-compatible", null)]
    public async Task GetResponseAsync_Responses_OnlyThoseThatKnowItGetIt(string kind, string? expected)
    {
        using var harness = new BackendHarness(sira => sira.AddBackend("b", kind, options =>
        {
            options.Endpoint = new Uri("https://api.test/v1");
            options.Api = "responses";
            options.ApiKeys.Add("k");
        }));
        harness.Network.ThenJson(Response).ThenJson(Response);
        var client = harness.LoadOne().GetChatClient("m");

        await client.GetResponseAsync("Hi", new SiraChatOptions { PromptCacheKey = "tenant-1" });
        await client.GetResponseAsync("Hi", new SiraChatOptions { PromptCacheKey = "tenant-1", RawRepresentationFactory = static _ => new JsonObject { ["prompt_cache_key"] = "mine" } });

        Assert.Equal(expected, (string?)JsonNode.Parse(harness.Network.Sent[0].Body)!["prompt_cache_key"]);
        Assert.Equal("mine", (string?)JsonNode.Parse(harness.Network.Sent[1].Body)!["prompt_cache_key"]);
    }

    [Fact]
    public async Task GetResponseAsync_Gemini_SaysNothingOfIt()
    {
        using var harness = new BackendHarness(static sira => sira.AddGemini(static options => options.ApiKeys.Add("k")));
        harness.Network.ThenJson("""{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]},"finishReason":"STOP"}]}""");

        await harness.LoadOne().GetChatClient("gemini-2.5-flash").GetResponseAsync("Hi", new SiraChatOptions { PromptCacheKey = "tenant-1" });

        Assert.Equal("""{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", harness.Network.Sent[0].Body);
    }

    private static string Written(string key) => (string)JsonNode.Parse(WireHarness.WriteOptions("openai", new SiraChatOptions { PromptCacheKey = key }))!["prompt_cache_key"]!;
}
