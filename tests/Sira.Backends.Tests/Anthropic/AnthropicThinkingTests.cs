using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicThinkingTests
{
    private const string Budgeted = "claude-sonnet-4-5";
    private const string Adaptive = "claude-opus-5";

    [Theory]
    [InlineData(ReasoningEffort.Low, "low")]
    [InlineData(ReasoningEffort.Medium, "medium")]
    [InlineData(ReasoningEffort.High, "high")]
    [InlineData(ReasoningEffort.ExtraHigh, "xhigh")]
    public void Write_EffortForAnAdaptiveModel_IsItsEffort(ReasoningEffort effort, string expected)
    {
        var request = Ask(Adaptive, new() { Effort = effort });
        AssertJson("""{"type":"adaptive"}""", request["thinking"]);
        AssertJson($$"""{"effort":"{{expected}}"}""", request["output_config"]);
    }

    [Theory]
    [InlineData("claude-3-7-sonnet-20250219", false)]
    [InlineData("claude-sonnet-4-20250514", false)]
    [InlineData("claude-sonnet-4@20250514", false)]
    [InlineData("anthropic/claude-opus-4", false)]
    [InlineData("anthropic/claude-sonnet-4.5", false)]
    [InlineData("us.anthropic.claude-haiku-4-5-20251001-v1:0", false)]
    [InlineData("claude-opus-4-6", true)]
    [InlineData("claude-sonnet-5", true)]
    [InlineData("claude-unheard-of", true)]
    public void Write_Effort_IsSaidAsTheModelsGenerationTakesIt(string model, bool adaptive) =>
        Assert.Equal(adaptive ? "adaptive" : "enabled", (string)Ask(model, new() { Effort = ReasoningEffort.Low })["thinking"]!["type"]!);

    [Fact]
    public void Write_ExtraHighWhereTheModelHasNone_IsMax() =>
        Assert.Equal("max", (string)Ask("claude-opus-4-6", new() { Effort = ReasoningEffort.ExtraHigh })["output_config"]!["effort"]!);

    [Theory]
    [InlineData(ReasoningEffort.Low, null, 2_048, 6_144)]
    [InlineData(ReasoningEffort.Medium, null, 8_192, 12_288)]
    [InlineData(ReasoningEffort.High, 64_000, 16_384, 64_000)]
    [InlineData(ReasoningEffort.ExtraHigh, 64_000, 32_768, 64_000)]
    [InlineData(ReasoningEffort.High, 4_000, 3_000, 4_000)]
    [InlineData(ReasoningEffort.High, 1_025, 1_024, 1_025)]
    public void Write_EffortForABudgetedModel_IsABudgetBelowTheLimit(ReasoningEffort effort, int? limit, int budget, int maxTokens)
    {
        var request = Ask(Budgeted, new() { Effort = effort }, limit);
        AssertJson($$"""{"type":"enabled","budget_tokens":{{budget}}}""", request["thinking"]);
        Assert.Equal(maxTokens, (int)request["max_tokens"]!);
        Assert.Null(request["output_config"]);
    }

    [Fact]
    public void Write_LimitWithoutRoomForThinking_IsKeptAndTheModelDoesNotThink()
    {
        var request = Ask(Budgeted, new() { Effort = ReasoningEffort.High }, 1_024);
        Assert.Null(request["thinking"]);
        Assert.Equal(1_024, (int)request["max_tokens"]!);
    }

    [Fact]
    public void Write_NoReasoning_SwitchesItOff()
    {
        AssertJson("""{"type":"disabled"}""", Ask(Adaptive, new() { Effort = ReasoningEffort.None })["thinking"]);
        Assert.Null(Ask(Budgeted, new() { Effort = ReasoningEffort.None })["thinking"]);
        Assert.Null(Ask(Adaptive, new())["thinking"]);
    }

    [Theory]
    [InlineData(ReasoningOutput.Summary, "summarized")]
    [InlineData(ReasoningOutput.Full, "summarized")]
    [InlineData(ReasoningOutput.None, "omitted")]
    public void Write_Output_IsTheDisplay(ReasoningOutput output, string display) =>
        AssertJson($$"""{"type":"adaptive","display":"{{display}}"}""", Ask(Adaptive, new() { Effort = ReasoningEffort.Low, Output = output })["thinking"]);

    [Fact]
    public void Write_OutputAlone_SwitchesThinkingOnSoThatThereIsSome() =>
        AssertJson("""{"type":"adaptive","display":"summarized"}""", Ask(Adaptive, new() { Output = ReasoningOutput.Summary })["thinking"]);

    [Fact]
    public void Write_SamplingWhileThinking_IsWhatTheProviderAllows()
    {
        var request = Write([new(ChatRole.User, "x")], new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.Low }, Temperature = 0.2f, TopK = 5, TopP = 0.5f });
        Assert.Null(request["temperature"]);
        Assert.Null(request["top_k"]);
        Assert.Null(request["top_p"]);
        request = Write([new(ChatRole.User, "x")], new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.Low }, Temperature = 1, TopP = 0.97f });
        Assert.Equal(1, (int)request["temperature"]!);
        Assert.Equal(0.97, (double)request["top_p"]!);
    }

    [Fact]
    public void Write_RawThinking_ReplacesTheEffort()
    {
        var options = new ChatOptions
        {
            Reasoning = new() { Effort = ReasoningEffort.High },
            RawRepresentationFactory = _ => new JsonObject { ["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = 1500 } },
        };
        var request = Write([new(ChatRole.User, "x")], options);
        AssertJson("""{"type":"enabled","budget_tokens":1500}""", request["thinking"]);
        Assert.Null(request["output_config"]);
        Assert.Equal(4096, (int)request["max_tokens"]!);
    }

    private static JsonNode Ask(string model, ReasoningOptions reasoning, int? limit = null) =>
        Write([new(ChatRole.User, "x")], new ChatOptions { Reasoning = reasoning, MaxOutputTokens = limit }, model);
}
