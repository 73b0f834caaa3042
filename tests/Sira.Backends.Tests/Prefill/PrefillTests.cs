using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Sira.Backends.Catalogue;
using Sira.Backends.Tests.Anthropic;
using Sira.Backends.Tests.Gemini;
using Sira.Backends.Tests.OpenAIChat;
using Sira.Backends.Tests.Support;

namespace Sira.Backends.Tests.Prefill;

/// <summary>The beginning of an answer as the last message: who goes on from it, and how it is written.</summary>
public sealed class PrefillTests
{
    [Theory]
    [InlineData("anthropic", "claude-haiku-4-5-20251001", true)]
    [InlineData("anthropic", "claude-sonnet-4-5", true)]
    [InlineData("anthropic", "claude-opus-4-1", true)]
    [InlineData("anthropic", "claude-opus-4-5", true)]
    [InlineData("anthropic", "claude-opus-4-6", false)]
    [InlineData("anthropic", "claude-sonnet-4-6", false)]
    [InlineData("anthropic", "claude-sonnet-5", false)]
    [InlineData("anthropic", "claude-fable-5", false)]
    [InlineData("azure", "claude-opus-4-6", false)]
    [InlineData("azure", "claude-haiku-4-5", null)]
    [InlineData("openai", "gpt-5-mini", false)]
    [InlineData("openai", "gpt-4o", false)]
    [InlineData("azure", "gpt-5", false)]
    [InlineData("deepseek", "deepseek-chat", false)]
    [InlineData("mistral", "mistral-small-latest", null)]
    [InlineData("gemini", "gemini-2.5-flash", true)]
    [InlineData("gemini", "models/gemini-3.1-pro-preview", true)]
    [InlineData("gemini", "gemini-3.5-flash", false)]
    [InlineData("gemini", "gemini-flash-latest", null)]
    [InlineData("groq", "llama-3.3-70b-versatile", true)]
    [InlineData("groq", "openai/gpt-oss-20b", null)]
    [InlineData("xai", "grok-4.3", null)]
    public void Find_EachProvider_KnowsWhoGoesOn(string kind, string model, bool? expected) =>
        Assert.Equal(expected, new BundledModelCatalogue().Find(kind, model)!.AcceptsPrefill);

    [Fact]
    public void Load_Configuration_CorrectsIt()
    {
        using var harness = new BackendHarness(file: new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Sira:Backends:vllm:Kind", "openai-compatible"),
            new("Sira:Backends:vllm:Endpoint", "http://gpu:8000/v1"),
            new("Sira:Backends:vllm:Models:qwen:AcceptsPrefill", "true"),
            new("Sira:Backends:vllm:Models:llama:ContextWindow", "1000"),
        ]).Build());
        var backend = harness.LoadOne();

        Assert.True(backend.GetModel("qwen").AcceptsPrefill);
        Assert.Null(backend.GetModel("llama").AcceptsPrefill);
    }

    [Theory]
    [InlineData("Once upon", "Once upon")]
    [InlineData("Once upon \n\t", "Once upon")]
    [InlineData(" Once\u00a0", " Once")]
    public void Write_Anthropic_TakesOffTheWhitespaceThatItRefuses(string text, string expected)
    {
        var messages = AnthropicWire.Write([new(ChatRole.User, "Hi "), new(ChatRole.Assistant, "One "), new(ChatRole.User, "Go on "), new(ChatRole.Assistant, text)])["messages"]!;

        AnthropicWire.AssertJson(
            new JsonArray(
                Turn("user", "Hi "), Turn("assistant", "One "), Turn("user", "Go on "), Turn("assistant", expected)).ToJsonString(),
            messages);
    }

    [Fact]
    public void Write_AnthropicSeveralTexts_KeepsWhatTheyCarryAndDropsWhatIsEmpty()
    {
        var cached = new TextContent("Once \n") { AdditionalProperties = new() { ["cache_control"] = new Dictionary<string, object?> { ["type"] = "ephemeral" } } };

        var messages = AnthropicWire.Write([new(ChatRole.User, "Hi"), new(ChatRole.Assistant, [cached, new TextContent("  "), new TextContent("\n")])])["messages"]!;

        AnthropicWire.AssertJson("""[{"role":"user","content":[{"type":"text","text":"Hi"}]},{"role":"assistant","content":[{"type":"text","text":"Once","cache_control":{"type":"ephemeral"}}]}]""", messages);
        Assert.Equal("Once \n", cached.Text);
    }

    [Fact]
    public void Write_AnthropicNothingButWhitespace_AsksAfresh()
    {
        var messages = AnthropicWire.Write([new(ChatRole.User, "Hi"), new(ChatRole.Assistant, " ")])["messages"]!;

        AnthropicWire.AssertJson("""[{"role":"user","content":[{"type":"text","text":"Hi"}]}]""", messages);
    }

    [Fact]
    public void Write_Gemini_EndsWithTheModelsTurn()
    {
        var contents = JsonNode.Parse(GeminiTestFormat.Write([new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Once ")], null))!["contents"]!;

        Assert.Equal("""[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Once "}]}]""", contents.ToJsonString());
    }

    [Theory]
    [InlineData("mistral", """[{"role":"user","content":"Hi"},{"role":"assistant","content":"Once ","prefix":true}]""")]
    [InlineData("groq", """[{"role":"user","content":"Hi"},{"role":"assistant","content":"Once "}]""")]
    [InlineData("deepseek", """[{"role":"user","content":"Hi"},{"role":"assistant","content":"Once "}]""")]
    public void Write_Chat_MarksThePrefixWhereThatIsDemanded(string dialect, string expected) =>
        Assert.Contains(expected, WireHarness.Write(dialect, [new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Once ")]), StringComparison.Ordinal);

    [Fact]
    public void Write_MistralAnswersThatAreNotLastOrCallTools_AreNotMarked()
    {
        var call = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("123456789", "f", null)]);

        Assert.DoesNotContain("prefix", WireHarness.Write("mistral", [new(ChatRole.Assistant, "Once"), new(ChatRole.User, "Hi")]), StringComparison.Ordinal);
        Assert.DoesNotContain("prefix", WireHarness.Write("mistral", [new(ChatRole.User, "Hi"), call]), StringComparison.Ordinal);
    }

    private static JsonObject Turn(string role, string text) => new() { ["role"] = role, ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) };
}
