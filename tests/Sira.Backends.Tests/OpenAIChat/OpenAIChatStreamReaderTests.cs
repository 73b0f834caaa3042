using Microsoft.Extensions.AI;

namespace Sira.Backends.Tests.OpenAIChat;

public sealed class OpenAIChatStreamReaderTests
{
    private const string Finish = """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""";

    [Fact]
    public void Read_CallsInFragments_ArriveWholeOnceAtTheFinish()
    {
        var updates = WireHarness.ReadStream(
            "openai",
            """{"choices":[{"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}},{"index":1,"id":"c2","function":{"name":"g","arguments":"{}"}}]}}]}""",
            Finish);

        var update = Assert.Single(updates);
        Assert.Equal(["f:c1", "g:c2"], Calls(update));
        Assert.Equal("1", ((FunctionCallContent)update.Contents[0]).Arguments!["a"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, update.FinishReason);
    }

    [Fact]
    public void Read_InterleavedFragments_AreToldApartByIndex()
    {
        var updates = WireHarness.ReadStream(
            "openai",
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":"}},{"index":1,"id":"c2","function":{"name":"g","arguments":"{\"b\":"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"2}"}},{"index":0,"function":{"arguments":"1}"}}]}}]}""",
            Finish);

        var calls = updates[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.Equal("1", calls[0].Arguments!["a"]!.ToString());
        Assert.Equal("2", calls[1].Arguments!["b"]!.ToString());
    }

    [Theory]
    [InlineData("""{"index":0,"id":"c2","function":{"name":"g","arguments":"{}"}}""")]
    [InlineData("""{"id":"c2","function":{"name":"g","arguments":"{}"}}""")]
    public void Read_ParallelCallsWithOneIndexOrNone_AreToldApartById(string second)
    {
        var updates = WireHarness.ReadStream(
            "openai",
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{}"}}]}}]}""",
            $$$"""{"choices":[{"delta":{"tool_calls":[{{{second}}}]}}]}""",
            Finish);

        Assert.Equal(["f:c1", "g:c2"], Calls(updates[0]));
    }

    [Fact]
    public void Read_UsageWithEveryChunk_IsReportedOnce()
    {
        var updates = WireHarness.ReadStream(
            "openai",
            """{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""",
            """{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""");

        Assert.Equal(5, Assert.Single(updates.SelectMany(static update => update.Contents).OfType<UsageContent>()).Details.TotalTokenCount);
    }

    [Fact]
    public void Read_FinishReasonRepeated_StandsOnOneUpdate()
    {
        var updates = WireHarness.ReadStream("openai", """{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}""", """{"choices":[{"delta":{},"finish_reason":"stop"}]}""");

        Assert.Single(updates);
    }

    [Fact]
    public void Read_ReasoningDetailsInPieces_AreJoinedForTheNextTurn()
    {
        var updates = WireHarness.ReadStream(
            "openrouter",
            """{"choices":[{"delta":{"reasoning":"tw","reasoning_details":[{"type":"reasoning.text","text":"tw","index":0,"format":"f"}]}}]}""",
            """{"choices":[{"delta":{"reasoning":"o","reasoning_details":[{"type":"reasoning.text","text":"o","index":0,"format":"f"}]}}]}""",
            """{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","signature":"s","index":0,"format":"f"}]}}]}""",
            """{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.encrypted","data":"e","index":1}]}}]}""",
            """{"choices":[{"delta":{"content":"4"},"finish_reason":"stop"}]}""");

        var contents = updates.SelectMany(static update => update.Contents).ToList();
        Assert.Equal("two", string.Concat(contents.OfType<TextReasoningContent>().Select(static content => content.Text)));
        Assert.Equal(
            """[{"type":"reasoning.text","text":"two","index":0,"format":"f","signature":"s"},{"type":"reasoning.encrypted","data":"e","index":1}]""",
            Assert.Single(contents.OfType<TextReasoningContent>(), static content => content.ProtectedData is not null).ProtectedData);
    }

    [Fact]
    public void Read_ChunksWithoutContent_MakeNoUpdates()
    {
        Assert.Empty(WireHarness.ReadStream("azure", """{"choices":[],"prompt_filter_results":[]}""", """{"choices":[{"delta":{"role":"assistant","content":""}}]}""", """{"choices":[{"delta":null}]}""", "{}"));
    }

    [Fact]
    public void Read_OtherChoices_AreNotMixedIn()
    {
        var updates = WireHarness.ReadStream("openai", """{"choices":[{"index":1,"delta":{"content":"x"}},{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""");

        Assert.Equal("a", updates.ToChatResponse().Text);
    }

    private static IEnumerable<string> Calls(ChatResponseUpdate update) => update.Contents.Cast<FunctionCallContent>().Select(static call => $"{call.Name}:{call.CallId}");
}
