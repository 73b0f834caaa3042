using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Errors;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class StreamReaderTests
{
    private const string Created = """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","created_at":1700000000,"model":"gpt-5","status":"in_progress","store":true,"output":[]}}""";
    private const string MessageAdded = """{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","phase":"final_answer","content":[]}}""";
    private const string MessageDone = """{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[]}]}}""";

    private static string TextDelta(string text) => $$"""{"type":"response.output_text.delta","output_index":0,"item_id":"msg_1","content_index":0,"delta":"{{text}}"}""";

    private static ChatResponse Collect(params string[] events) => Stream(events).ToChatResponse();

    [Fact]
    public void Read_WithText_PassesFragmentsOnAtOnce()
    {
        var reader = new OpenAIResponsesWireFormat().CreateStreamReader();
        List<ChatResponseUpdate> updates = [];

        reader.Read("response.created", Encoding.UTF8.GetBytes(Created), updates);
        reader.Read("response.output_item.added", Encoding.UTF8.GetBytes(MessageAdded), updates);
        updates.Clear();
        reader.Read("response.output_text.delta", Encoding.UTF8.GetBytes(TextDelta("Hel")), updates);

        var update = Assert.Single(updates);
        Assert.Equal("Hel", update.Text);
        Assert.Equal(("resp_1", "gpt-5", "msg_1", "resp_1"), (update.ResponseId, update.ModelId, update.MessageId, update.ConversationId));
        Assert.Equal(ChatRole.Assistant, update.Role);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), update.CreatedAt);
        Assert.Equal("Hel", ((JsonElement)update.RawRepresentation!).GetProperty("delta").GetString());
        Assert.False(reader.IsTerminated);
        Assert.False(reader.HasFinishReason);
    }

    [Fact]
    public void Read_WithWholeStream_EndsWithOneFinishReasonAndUsage()
    {
        var updates = Stream(
            out var reader,
            Created,
            MessageAdded,
            """{"type":"response.content_part.added","output_index":0,"item_id":"msg_1","part":{"type":"output_text","text":""}}""",
            TextDelta("Hel"),
            TextDelta("lo"),
            """{"type":"response.output_text.done","output_index":0,"item_id":"msg_1","text":"Hello"}""",
            """{"type":"response.content_part.done","output_index":0,"item_id":"msg_1","part":{"type":"output_text","text":"Hello"}}""",
            MessageDone,
            Completed("""{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello"}]}""", ""","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}"""),
            "[DONE]");

        var response = updates.ToChatResponse();
        Assert.True(reader.IsTerminated);
        Assert.True(reader.HasFinishReason);
        Assert.Equal(ChatFinishReason.Stop, Assert.Single(updates, update => update.FinishReason is not null).FinishReason);
        Assert.Equal("Hello", response.Text);
        Assert.Equal("msg_1", Assert.Single(response.Messages).MessageId);
        Assert.Equal(3, response.Usage!.TotalTokenCount);
        AssertJson("""[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}],"id":"msg_1","status":"completed","phase":"final_answer"}]""", Input([.. response.Messages]));
    }

    [Fact]
    public void Read_WithTypeOnlyInTheEventName_UnderstandsIt()
    {
        var reader = new OpenAIResponsesWireFormat().CreateStreamReader();
        List<ChatResponseUpdate> updates = [];

        reader.Read("response.output_text.delta", """{"delta":"Hi"}"""u8, updates);

        Assert.Equal("Hi", Assert.Single(updates).Text);
    }

    [Fact]
    public void Read_WithoutFragments_TakesTextFromWhereverItComesFirst()
    {
        var done = """{"type":"response.output_text.done","output_index":0,"item_id":"msg_1","text":"Hello"}""";

        Assert.Equal("Hello", Collect(Created, MessageAdded, done, MessageDone, Completed()).Text);
        Assert.Equal("Hello", Collect(Created, MessageAdded, MessageDone, Completed()).Text);
        Assert.Equal("Hello", Collect(Created, Completed("""{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello"}]}""")).Text);
        Assert.Equal("Hello", Collect(Completed("""{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello"}]}""")).Text);
    }

    [Fact]
    public void Read_WithReasoningSummary_PutsItTogetherWithItsSecret()
    {
        var response = Collect(
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}""",
            """{"type":"response.reasoning_summary_part.added","output_index":0,"item_id":"rs_1","summary_index":0}""",
            """{"type":"response.reasoning_summary_text.delta","output_index":0,"item_id":"rs_1","delta":"Fir"}""",
            """{"type":"response.reasoning_summary_text.delta","output_index":0,"item_id":"rs_1","delta":"st."}""",
            """{"type":"response.reasoning_summary_text.done","output_index":0,"item_id":"rs_1","text":"First."}""",
            """{"type":"response.reasoning_summary_part.done","output_index":0,"item_id":"rs_1"}""",
            """{"type":"response.reasoning_summary_part.added","output_index":0,"item_id":"rs_1","summary_index":1}""",
            """{"type":"response.reasoning_summary_text.delta","output_index":0,"item_id":"rs_1","delta":"Second."}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"First."},{"type":"summary_text","text":"Second."}],"encrypted_content":"secret"}}""",
            Completed());

        var reasoning = Assert.IsType<TextReasoningContent>(Assert.Single(Assert.Single(response.Messages).Contents));
        Assert.Equal(("First.\n\nSecond.", "secret"), (reasoning.Text, reasoning.ProtectedData));
        AssertJson("""[{"type":"reasoning","summary":[{"type":"summary_text","text":"First.\n\nSecond."}],"encrypted_content":"secret","id":"rs_1"}]""", Input([.. response.Messages]));
    }

    [Fact]
    public void Read_WithReasoningInTheOpen_GivesItBackAsContent()
    {
        var response = Collect(
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"content":[]}}""",
            """{"type":"response.reasoning_text.delta","output_index":0,"item_id":"rs_1","delta":"Hm"}""",
            """{"type":"response.reasoning_text.delta","output_index":0,"item_id":"rs_1","delta":"."}""",
            """{"type":"response.reasoning_text.done","output_index":0,"item_id":"rs_1","text":"Hm."}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}]}}""",
            Completed());

        AssertJson("""[{"type":"reasoning","content":[{"type":"reasoning_text","text":"Hm."}],"id":"rs_1","summary":[]}]""", Input([.. response.Messages]));
    }

    [Fact]
    public void Read_WithParallelCalls_GivesEachWhole()
    {
        var updates = Stream(
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":""}}""",
            """{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":""}}""",
            """{"type":"response.function_call_arguments.delta","output_index":0,"item_id":"fc_1","delta":"{\"a\""}""",
            """{"type":"response.function_call_arguments.delta","output_index":1,"item_id":"fc_2","delta":"{}"}""",
            """{"type":"response.function_call_arguments.delta","output_index":0,"item_id":"fc_1","delta":":1}"}""",
            """{"type":"response.function_call_arguments.done","output_index":0,"item_id":"fc_1","arguments":"{\"a\":1}"}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"a\":1}","status":"completed"}}""",
            """{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","id":"fc_2","call_id":"c2","name":"g"}}""",
            Completed());

        var calls = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["c1", "c2"], calls.Select(call => call.CallId));
        Assert.Equal("1", calls[0].Arguments!["a"]!.ToString());
        Assert.All(calls, call => Assert.Null(call.Exception));
        var response = updates.ToChatResponse();
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal("resp_1", Assert.Single(response.Messages).MessageId);
    }

    [Fact]
    public void Read_WithCallWhoseEndIsNotAnnounced_GivesItInTheEnd()
    {
        var response = Collect(
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"c1","name":"f"}}""",
            """{"type":"response.function_call_arguments.delta","item_id":"fc_1","delta":"{\"a\":1}"}""",
            """{"type":"response.function_call_arguments.done","item_id":"fc_1"}""",
            Completed());

        Assert.Equal("1", Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents)).Arguments!["a"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public void Finish_OfTruncatedStream_GivesCompleteCallsAndNoHalfOnes()
    {
        var updates = Stream(
            out var reader,
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"c1","name":"whole"}}""",
            """{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{}"}""",
            """{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc_2","call_id":"c2","name":"half"}}""",
            """{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{}"}""");

        Assert.Equal("whole", Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>()).Name);
        Assert.False(reader.IsTerminated);
        Assert.False(reader.HasFinishReason);
    }

    [Fact]
    public void Read_WithRefusal_GivesItWhole()
    {
        var response = Collect(
            Created,
            MessageAdded,
            """{"type":"response.refusal.delta","output_index":0,"delta":"I "}""",
            """{"type":"response.refusal.delta","output_index":0,"delta":"won't."}""",
            """{"type":"response.refusal.done","output_index":0}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","content":[{"type":"refusal","refusal":"I won't."}]}}""",
            Completed());

        var refusal = Assert.IsType<ErrorContent>(Assert.Single(response.Messages[0].Contents));
        Assert.Equal(("Refusal", "I won't."), (refusal.ErrorCode, refusal.Message));
    }

    [Fact]
    public void Read_WithAnnotations_GivesThemOnceAfterTheText()
    {
        const string Annotation = """{"type":"url_citation","url":"https://a.com","title":"A","start_index":0,"end_index":5}""";
        var added = $$"""{"type":"response.output_text.annotation.added","output_index":0,"annotation_index":0,"annotation":{{Annotation}}}""";
        var done = $$$"""{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello","annotations":[{{{Annotation}}}]}]}}""";

        foreach (string[] events in new[] { new[] { added, done }, [done], [added, MessageDone] })
        {
            var response = Collect([Created, MessageAdded, TextDelta("Hel"), events[0] == done ? Created : events[0], TextDelta("lo"), events[^1], Completed()]);

            var contents = response.Messages[0].Contents;
            Assert.Equal("Hello", ((TextContent)contents[0]).Text);
            Assert.Equal("A", Assert.IsType<CitationAnnotation>(Assert.Single(contents[1].Annotations!)).Title);
            AssertJson(
                $$"""[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello","annotations":[{{Annotation}}]}],"id":"msg_1","status":"completed","phase":"final_answer"}]""",
                Input([.. response.Messages]));
        }
    }

    [Fact]
    public void Read_WithToolOfTheProvider_ShowsProgressAndGivesItWhole()
    {
        var updates = Stream(
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"type":"mcp_call","id":"mcp_1","server_label":"docs","name":"search","arguments":""}}""",
            """{"type":"response.mcp_call.in_progress","output_index":0,"item_id":"mcp_1"}""",
            """{"type":"response.mcp_call_arguments.delta","output_index":0,"item_id":"mcp_1","delta":"{}"}""",
            """{"type":"response.mcp_call.completed","output_index":0,"item_id":"mcp_1"}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"mcp_call","id":"mcp_1","server_label":"docs","name":"search","arguments":"{}","output":"found"}}""",
            Completed());

        Assert.Equal(["response.mcp_call.in_progress", "response.mcp_call_arguments.delta", "response.mcp_call.completed"],
            updates.Where(update => update.Contents.Count == 0 && update.FinishReason is null).Select(update => ((JsonElement)update.RawRepresentation!).GetProperty("type").GetString()).Where(type => type != "response.created"));
        Assert.Equal([typeof(McpServerToolCallContent), typeof(McpServerToolResultContent)], updates.ToChatResponse().Messages[0].Contents.Select(content => content.GetType()));
        Assert.Equal(ChatFinishReason.Stop, updates.ToChatResponse().FinishReason);
    }

    [Fact]
    public void Read_WithUnknownEvents_PassesThoseOfTheResponseOnAndDropsTheRest()
    {
        var updates = Stream("""{"type":"response.invented.tomorrow","x":1}""", """{"type":"keepalive"}""", """{"type":"ping"}""", "{}", "  ", "[DONE]");

        Assert.Empty(Assert.Single(updates).Contents);
    }

    [Fact]
    public void Read_WithSeveralMessages_SeparatesThem()
    {
        var response = Collect(
            Created,
            MessageAdded,
            TextDelta("Hello"),
            MessageDone,
            """{"type":"response.output_item.added","output_index":1,"item":{"type":"message","id":"msg_2","role":"assistant","content":[]}}""",
            """{"type":"response.output_text.delta","output_index":1,"item_id":"msg_2","delta":"Bye"}""",
            Completed());

        Assert.Equal(["msg_1", "msg_2"], response.Messages.Select(message => message.MessageId));
        Assert.Equal(["Hello", "Bye"], response.Messages.Select(message => message.Text));
    }

    [Theory]
    [InlineData("max_output_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    public void Read_ThatIsIncomplete_TellsWhy(string reason, string expected)
    {
        var updates = Stream(
            out var reader,
            Created,
            MessageAdded,
            TextDelta("Hel"),
            $$$$"""{"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"{{{{reason}}}}"},"output":[],"usage":{"input_tokens":1,"output_tokens":1}}}""");

        Assert.Equal(new ChatFinishReason(expected), updates[^1].FinishReason);
        Assert.True(reader.IsTerminated);
        Assert.Equal(2, updates.ToChatResponse().Usage!.TotalTokenCount);
    }

    [Fact]
    public void Read_ThatFailed_ThrowsWithKindAndUsage()
    {
        var exception = Assert.Throws<BackendException>(() => Stream(
            Created,
            """{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"rate_limit_exceeded","message":"Please try again in 2s."},"usage":{"input_tokens":9,"output_tokens":1}}}"""));

        Assert.Equal((BackendErrorKind.RateLimited, TimeSpan.FromSeconds(2), 9), (exception.Kind, exception.RetryAfter!.Value, exception.Usage!.InputTokenCount!.Value));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"m","param":null}""", BackendErrorKind.ServerError)]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"m"}}""", BackendErrorKind.ContextLength)]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","code":null,"message":"m"}}""", BackendErrorKind.BadRequest)]
    [InlineData("""{"type":"error","message":"m"}""", BackendErrorKind.ServerError)]
    [InlineData("""{"type":"response.cancelled","response":{"status":"cancelled"}}""", BackendErrorKind.Cancelled)]
    public void Read_WithErrorEvent_ThrowsItsKind(string data, BackendErrorKind expected)
    {
        var reader = new OpenAIResponsesWireFormat().CreateStreamReader();

        var exception = Assert.Throws<BackendException>(() => reader.Read("error", Encoding.UTF8.GetBytes(data), []));

        Assert.Equal(expected, exception.Kind);
        Assert.True(reader.IsTerminated);
    }

    [Theory]
    [InlineData("{\"type\":")]
    [InlineData("<html>")]
    [InlineData("7")]
    [InlineData("{} {}")]
    public void Read_WithUndecodableData_ThrowsMalformed(string data)
    {
        var exception = Assert.Throws<BackendException>(() => Stream(data));

        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.Equal(data, exception.ResponseExcerpt);
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","delta":7,"output_index":"x"}""")]
    [InlineData("""{"type":"response.output_item.added","item":7}""")]
    [InlineData("""{"type":"response.output_item.done","output_index":-1,"item":{"type":"function_call","call_id":"","name":null}}""")]
    [InlineData("""{"type":"response.output_item.done","item":{"type":"mcp_call"}}""")]
    [InlineData("""{"type":"response.created","response":null}""")]
    [InlineData("""{"type":"response.output_text.annotation.added","annotation":7}""")]
    [InlineData("""{"type":"response.function_call_arguments.done","output_index":99999999999999,"arguments":{}}""")]
    [InlineData("""{"type":7}""")]
    public void Read_WithMembersOfTheWrongType_CarriesOn(string data) => Assert.Equal("Hello", Collect(data, Created, MessageAdded, TextDelta("Hello"), Completed()).Text);

    [Fact]
    public void Read_CompletedWithoutResponse_StillEnds()
    {
        var updates = Stream(out var reader, """{"type":"response.completed"}""");

        Assert.True(reader.HasFinishReason);
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Fact]
    public void Read_InTheBackground_TellsWhereToPickItUpAgain()
    {
        var updates = Stream(
            """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"queued","background":true}}""",
            """{"type":"response.output_text.delta","sequence_number":4,"output_index":0,"delta":"Hi"}""",
            Completed());

        Assert.True(ResponsesContinuation.TryRead(updates[1].ContinuationToken!, out var continuation));
        Assert.Equal(new ResponsesContinuation("resp_1", 4), continuation);
        Assert.Null(updates[^1].ContinuationToken);
    }
}
