using System.Text;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Models;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicResponseReaderTests
{
    [Fact]
    public void ReadResponse_TextAndUsage_AreRead()
    {
        var response = Respond(
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5","content":[{"type":"text","text":"Hi."}],"stop_reason":"end_turn","stop_sequence":null,
             "usage":{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":15},
              "output_tokens":7,"output_tokens_details":{"thinking_tokens":4},"server_tool_use":{"web_search_requests":2},"service_tier":"standard"}}
            """);
        Assert.Equal("Hi.", response.Text);
        Assert.Equal("msg_1", response.ResponseId);
        Assert.Equal("msg_1", response.Messages.Single().MessageId);
        Assert.Equal("claude-opus-5", response.ModelId);
        Assert.NotNull(response.CreatedAt);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        var usage = response.Usage!;
        Assert.Equal((60, 7, 67), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
        Assert.Equal((30, 20, 4), (usage.CachedInputTokenCount, usage.GetCacheWriteInputTokens(), usage.ReasoningTokenCount));
        Assert.Equal(2, usage.AdditionalCounts!["web_search_requests"]);
        Assert.Equal(15, usage.AdditionalCounts["ephemeral_1h_input_tokens"]);
    }

    [Fact]
    public void ReadResponse_CountsNotReported_StayNull()
    {
        var usage = Respond("""{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}""").Usage!;
        Assert.Null(usage.CachedInputTokenCount);
        Assert.Null(usage.ReasoningTokenCount);
        Assert.Null(usage.AdditionalCounts);
        Assert.Null(Respond("""{"content":[],"stop_reason":"end_turn"}""").Usage);
    }

    [Fact]
    public void ReadResponse_PassesBesideTheTotal_AreCountedWhereTheyAreBilled()
    {
        var usage = Respond(
            """
            {"content":[],"stop_reason":"end_turn","usage":{"input_tokens":100,"output_tokens":10,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"iterations":[
              {"type":"compaction","input_tokens":5000,"output_tokens":80,"cache_read_input_tokens":40,"cache_creation_input_tokens":3},
              {"type":"message","input_tokens":100,"output_tokens":10},
              {"type":"advisor_message","model":"other","input_tokens":7,"output_tokens":8},
              {"type":"advisor_message","model":"other","input_tokens":1,"output_tokens":2}]}}
            """).Usage!;
        Assert.Equal((5_143, 90), (usage.InputTokenCount, usage.OutputTokenCount));
        Assert.Equal((40, 3), (usage.CachedInputTokenCount, usage.GetCacheWriteInputTokens()));
        Assert.Equal((8, 10), (usage.AdditionalCounts!["advisor_message.input_tokens"], usage.AdditionalCounts["advisor_message.output_tokens"]));
    }

    [Fact]
    public void ReadResponse_AbsurdCounts_AreNotBelieved()
    {
        var usage = Respond("""{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":-5,"output_tokens":3,"cache_read_input_tokens":1e300}}""").Usage!;
        Assert.Null(usage.InputTokenCount);
        Assert.Null(usage.CachedInputTokenCount);
        Assert.Equal(3, usage.TotalTokenCount);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("refusal", "content_filter")]
    [InlineData("pause_turn", "pause_turn")]
    [InlineData("something_new", "something_new")]
    public void ReadResponse_StopReason_IsTheFinishReason(string reason, string expected) =>
        Assert.Equal(expected, Respond($$"""{"content":[],"stop_reason":"{{reason}}"}""").FinishReason!.Value.Value);

    [Fact]
    public void ReadResponse_Refusal_IsAnErrorContent()
    {
        var response = Respond("""{"content":[{"type":"text","text":"I"}],"stop_reason":"refusal","stop_details":{"type":"refusal","category":"bio","explanation":"Not that."}}""");
        var error = Assert.Single(response.Messages[0].Contents.OfType<ErrorContent>());
        Assert.Equal(("Refusal", "Not that.", "bio"), (error.ErrorCode, error.Message, error.Details));
    }

    [Fact]
    public void ReadResponse_StopSequenceAndContainer_AreAdditionalProperties()
    {
        var properties = Respond("""{"content":[],"stop_reason":"stop_sequence","stop_sequence":"END","container":{"id":"c_1"}}""").AdditionalProperties!;
        Assert.Equal("END", properties["stop_sequence"]);
        Assert.Equal("""{"id":"c_1"}""", properties["container"]!.ToString());
    }

    [Fact]
    public void ReadResponse_ThinkingAndCalls_KeepTheirOrder()
    {
        var contents = Respond(
            """
            {"content":[{"type":"thinking","thinking":"Hm.","signature":"sig"},{"type":"redacted_thinking","data":"secret"},{"type":"text","text":"Looking."},
              {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Oslo"},"caller":{"type":"direct"}},{"type":"tool_use","id":"t2","name":"now","input":{}}],"stop_reason":"tool_use"}
            """).Messages[0].Contents;
        var thinking = Assert.IsType<TextReasoningContent>(contents[0]);
        Assert.Equal(("Hm.", "sig"), (thinking.Text, thinking.ProtectedData));
        var redacted = Assert.IsType<TextReasoningContent>(contents[1]);
        Assert.Equal(("", "secret"), (redacted.Text, redacted.ProtectedData));
        Assert.Equal("Looking.", Assert.IsType<TextContent>(contents[2]).Text);
        var call = Assert.IsType<FunctionCallContent>(contents[3]);
        Assert.Equal(("t1", "weather", "Oslo"), (call.CallId, call.Name, call.Arguments!["city"]!.ToString()));
        Assert.NotNull(call.RawRepresentation);
        Assert.Null(Assert.IsType<FunctionCallContent>(contents[4]).RawRepresentation);
    }

    [Fact]
    public void ReadResponse_Citations_AnnotateTheirText()
    {
        var text = Assert.IsType<TextContent>(Assert.Single(Respond(
            """
            {"content":[{"type":"text","text":"It is.","citations":[
              {"type":"web_search_result_location","cited_text":"Yes.","url":"https://example.org/","title":"Page","encrypted_index":"E"},
              {"type":"page_location","cited_text":"So.","document_index":0,"document_title":"Doc","start_page_number":1,"end_page_number":2}]}],"stop_reason":"end_turn"}
            """).Messages[0].Contents));
        var web = Assert.IsType<CitationAnnotation>(text.Annotations![0]);
        Assert.Equal(("Page", "https://example.org/", "Yes."), (web.Title, web.Url!.ToString(), web.Snippet));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(web.AnnotatedRegions!));
        Assert.Equal((0, 6), (region.StartIndex, region.EndIndex));
        var document = Assert.IsType<CitationAnnotation>(text.Annotations[1]);
        Assert.Equal(("Doc", null, "So."), (document.Title, document.Url, document.Snippet));
    }

    [Fact]
    public void ReadResponse_ServerTools_AreTheContentsOfTheAbstractions()
    {
        var contents = Respond(
            """
            {"content":[
              {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"ruby"}},
              {"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","url":"https://example.org/","title":"T","encrypted_content":"E","page_age":null}]},
              {"type":"server_tool_use","id":"s2","name":"bash_code_execution","input":{"command":"ls"}},
              {"type":"bash_code_execution_tool_result","tool_use_id":"s2","content":{"type":"bash_code_execution_result","stdout":"a","stderr":"b","return_code":1,"content":[{"type":"bash_code_execution_output","file_id":"f1"}]}},
              {"type":"mcp_tool_use","id":"m1","name":"ask","server_name":"wiki","input":{"q":1}},
              {"type":"mcp_tool_result","tool_use_id":"m1","is_error":true,"content":[{"type":"text","text":"broken"}]},
              {"type":"web_search_tool_result","tool_use_id":"s3","content":{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}},
              {"type":"server_tool_use","id":"s4","name":"web_fetch","input":{"url":"https://example.org"}},
              {"type":"compaction","content":"So far."}],"stop_reason":"end_turn"}
            """).Messages[0].Contents;
        Assert.Equal("ruby", Assert.Single(Assert.IsType<WebSearchToolCallContent>(contents[0]).Queries!));
        Assert.Equal("https://example.org/", Assert.IsType<UriContent>(Assert.Single(Assert.IsType<WebSearchToolResultContent>(contents[1]).Outputs!)).Uri.ToString());
        Assert.Equal("ls", Encoding.UTF8.GetString(Assert.IsType<DataContent>(Assert.Single(Assert.IsType<CodeInterpreterToolCallContent>(contents[2]).Inputs!)).Data.Span));
        var outputs = Assert.IsType<CodeInterpreterToolResultContent>(contents[3]).Outputs!;
        Assert.Equal(("a", "1", "f1"), (((TextContent)outputs[0]).Text, ((ErrorContent)outputs[1]).ErrorCode, ((HostedFileContent)outputs[2]).FileId));
        var mcp = Assert.IsType<McpServerToolCallContent>(contents[4]);
        Assert.Equal(("ask", "wiki", "1"), (mcp.Name, mcp.ServerName, mcp.Arguments!["q"]!.ToString()));
        Assert.Equal("broken", Assert.IsType<ErrorContent>(Assert.Single(Assert.IsType<McpServerToolResultContent>(contents[5]).Outputs!)).Message);
        Assert.Equal("max_uses_exceeded", Assert.IsType<ErrorContent>(Assert.Single(Assert.IsType<WebSearchToolResultContent>(contents[6]).Outputs!)).ErrorCode);
        Assert.Equal(typeof(AIContent), contents[7].GetType());
        Assert.Equal(typeof(AIContent), contents[8].GetType());
        Assert.All(contents, content => Assert.NotNull(content.RawRepresentation));
    }

    [Fact]
    public void ReadResponse_ContentThatIsTextOrNull_IsTolerated()
    {
        Assert.Equal("plain", Respond("""{"content":"plain","stop_reason":"end_turn"}""").Text);
        Assert.Empty(Respond("""{"content":null,"stop_reason":"end_turn"}""").Messages[0].Contents);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}""", BackendErrorKind.Overloaded)]
    [InlineData("""{"error":{"type":"api_error","message":"Internal server error"}}""", BackendErrorKind.ServerError)]
    [InlineData("""{"type":"error","error":{"type":"new_error"}}""", BackendErrorKind.ServerError)]
    [InlineData("{}", BackendErrorKind.MalformedResponse)]
    [InlineData("[]", BackendErrorKind.MalformedResponse)]
    [InlineData("\"<html>\"", BackendErrorKind.MalformedResponse)]
    [InlineData("""{"content":["text"],"stop_reason":"end_turn"}""", BackendErrorKind.MalformedResponse)]
    [InlineData("""{"content":[{"type":"text","text":"\ud83d"}],"stop_reason":"end_turn"}""", BackendErrorKind.MalformedResponse)]
    public void ReadResponse_NoMessage_Throws(string body, BackendErrorKind kind)
    {
        var exception = Assert.Throws<BackendException>(() => Respond(body));
        Assert.Equal(kind, exception.Kind);
    }

    [Fact]
    public void ReadResponse_LongGarbage_IsQuotedInPart()
    {
        var exception = Assert.Throws<BackendException>(() => Respond($$"""{"garbage":"{{new string('x', 100_000)}}"}"""));
        Assert.Equal(BackendException.MaximumExcerptLength, exception.ResponseExcerpt!.Length);
    }

    [Fact]
    public void ReadResponse_ToolInputThatIsNoObject_IsACallWithAnException()
    {
        var call = Assert.IsType<FunctionCallContent>(Respond("""{"content":[{"type":"tool_use","id":"t","name":"f","input":[1]}],"stop_reason":"tool_use"}""").Messages[0].Contents[0]);
        Assert.NotNull(call.Exception);
    }
}
