using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>What the imitators of chat completions answer otherwise than OpenAI.</summary>
public class DialectAnswerTests
{
    [Theory]
    [InlineData("deepseek", """{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}""", 100, 20, 64, null)]
    [InlineData("xai", """{"prompt_tokens":100,"completion_tokens":20,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":10},"completion_tokens_details":{"reasoning_tokens":30}}""", 100, 50, 10, 30)]
    [InlineData("mistral", """{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"num_cached_tokens":5}""", 100, 20, 5, null)]
    [InlineData("ollama", """{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}""", 100, 20, null, null)]
    public async Task Usage_IsCountedAlike(string backend, string usage, long input, long output, int? cached, int? reasoning)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply($$"""{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{{usage}}}""", streaming: false);

        var counted = (await sira.AskAsync(streaming: false)).Usage!;

        Assert.Equal((input, output, cached, reasoning), (counted.InputTokenCount, counted.OutputTokenCount, counted.CachedInputTokenCount, counted.ReasoningTokenCount));
    }

    [Theory]
    [InlineData("groq", "reasoning")]
    [InlineData("ollama", "reasoning")]
    [InlineData("openrouter", "reasoning")]
    [InlineData("together", "reasoning")]
    [InlineData("deepseek", "reasoning_content")]
    [InlineData("xai", "reasoning_content")]
    [InlineData("compatible", "reasoning_content")]
    public async Task Reasoning_IsReadFromItsMember(string backend, string member)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply($$"""{"id":"1","choices":[{"message":{"content":"Hello.","{{member}}":"Hm."},"finish_reason":"stop"}]}""", streaming: false)
            .Reply($$$"""
                data: {"id":"1","choices":[{"delta":{"{{{member}}}":"H"}}]}

                data: {"id":"1","choices":[{"delta":{"{{{member}}}":"m."}}]}

                data: {"id":"1","choices":[{"delta":{"content":"Hello."},"finish_reason":"stop"}]}

                data: [DONE]


                """, streaming: true);

        foreach (var streaming in (bool[])[false, true])
        {
            var response = await sira.AskAsync(streaming);
            Assert.Equal(("Hm.", "Hello."), (Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text, response.Text));
        }
    }

    [Fact]
    public async Task Mistral_ThinksInPartsOfTheContent()
    {
        await using var sira = new FeatureSira("mistral");
        sira.Provider.Reply("""{"id":"1","choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Hello."}]},"finish_reason":"model_length"}]}""", streaming: false);

        var response = await sira.AskAsync(streaming: false);

        Assert.Equal(("Hm.", "Hello.", ChatFinishReason.Length), (Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text, response.Text, response.FinishReason));
    }

    [Fact]
    public async Task Groq_ReportsItsUsageInAPlaceOfItsOwn()
    {
        await using var sira = new FeatureSira("groq");
        sira.Provider.Reply("data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"Hello.\"},\"finish_reason\":\"stop\"}],\"x_groq\":{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}}\n\ndata: [DONE]\n\n", streaming: true);

        Assert.Equal(9, (await sira.AskAsync(streaming: true)).Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task Azure_LeavesOutTheMessageThatItsFilterWithheld()
    {
        await using var sira = new FeatureSira("azure");
        sira.Provider.Reply("""{"id":"1","choices":[{"index":0,"finish_reason":"content_filter","content_filter_results":{"hate":{"filtered":true}}}]}""", streaming: false);

        Assert.Equal(ChatFinishReason.ContentFilter, (await sira.AskAsync(streaming: false)).FinishReason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallsWithoutIds_GetOnesThatTellThemApart(bool streaming)
    {
        await using var sira = new FeatureSira("compatible");
        sira.Provider.Reply(
            streaming
                ? "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}},{\"index\":1,\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"
                : """{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"weather","arguments":"{}"}},{"function":{"name":"weather","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""",
            streaming);

        var calls = (await sira.AskAsync(streaming)).Messages[0].Contents.OfType<FunctionCallContent>().Select(static call => call.CallId).ToArray();

        Assert.Equal(2, calls.Distinct().Count());
        Assert.All(calls, static id => Assert.Matches("^call_[0-9A-Za-z]+$", id));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("deepseek")]
    [InlineData("openrouter")]
    public async Task MediaOfATool_ReachTheModelOrTheTargetIsNoCandidate(string backend)
    {
        await using var sira = new FeatureSira(backend);
        ChatMessage[] history =
        [
            new(ChatRole.User, "Draw."),
            new(ChatRole.Assistant, [new FunctionCallContent("call_1", "draw"), new FunctionCallContent("call_2", "draw")]),
            new(ChatRole.Tool, [new FunctionResultContent("call_1", new AIContent[] { new TextContent("Done."), new DataContent(new byte[] { 1, 2, 3 }, "image/png") })]),
            new(ChatRole.Tool, [new FunctionResultContent("call_2", new DataContent(new byte[] { 1, 2, 3 }, "image/png"))]),
        ];

        if (backend == "deepseek")
        {
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(false, null, history));
            Assert.Contains("image input", exception.Message, StringComparison.Ordinal);
            return;
        }

        await sira.AskAsync(false, null, history);
        Assert.Empty(RequestRules.Check(backend, sira.Provider.Body));
        JsonSubset.Assert(
            backend == "openrouter"
                ? """{"messages":[{},{},{"role":"tool","content":[{"type":"text","text":"Done."},{"type":"image_url"}]},{"role":"tool","content":[{"type":"image_url"}]}]}"""
                : """{"messages":[{},{},{"role":"tool","content":"Done."},{"role":"tool","content":""},{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},{"type":"image_url"}]}]}""",
            sira.Provider.Body);
    }
}
