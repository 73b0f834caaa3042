using System.Text;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Errors;
using Sira.Models;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class ResponseReaderTests
{
    private const string Message = """{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hi","annotations":[]}]}""";

    private static T ReadOnly<T>(string item)
        where T : AIContent => Assert.IsType<T>(Assert.Single(Assert.Single(Read(Response(item)).Messages).Contents));

    [Fact]
    public void ReadResponse_WithText_TellsWhoAnsweredAndHowItEnded()
    {
        var response = Read(Response(Message, ",\"store\":false"));

        Assert.Equal("Hi", response.Text);
        Assert.Equal("resp_1", response.ResponseId);
        Assert.Equal("gpt-5", response.ModelId);
        Assert.Equal("msg_1", response.Messages[0].MessageId);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), response.CreatedAt);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Null(response.ConversationId);
        Assert.Null(response.Usage);
        Assert.Null(response.ContinuationToken);
        Assert.Equal("resp_1", ((System.Text.Json.JsonElement)response.RawRepresentation!).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("\"store\":true", "resp_1")]
    [InlineData("\"store\":true,\"conversation\":{\"id\":\"conv_1\"}", "conv_1")]
    [InlineData("\"conversation\":\"conv_2\"", "conv_2")]
    [InlineData("\"store\":false", null)]
    public void ReadResponse_WhenTheProviderKeepsIt_TellsTheConversation(string members, string? expected) =>
        Assert.Equal(expected, Read(Response(Message, "," + members)).ConversationId);

    [Fact]
    public void ReadResponse_StoredUnderAnIdThatCouldNotBeContinued_TellsNoConversation() =>
        Assert.Null(Read("""{"id":"edc2154d-3567","status":"completed","store":true,"output":[]}""").ConversationId);

    [Fact]
    public void ReadResponse_WithUsage_FollowsTheConventions()
    {
        var usage = Read(Response(Message, """
            ,"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":3},"output_tokens":50,
            "output_tokens_details":{"reasoning_tokens":20},"total_tokens":150,"num_sources_used":2,"cost":0.5,"is_byok":false}
            """)).Usage!;

        Assert.Equal((100, 50, 150), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
        Assert.Equal((40, 20, 10), (usage.CachedInputTokenCount, usage.ReasoningTokenCount, usage.GetCacheWriteInputTokens()));
        Assert.Equal(3, usage.AdditionalCounts!["input_tokens_details.audio_tokens"]);
        Assert.Equal(2, usage.AdditionalCounts["num_sources_used"]);
        Assert.DoesNotContain("cost", usage.AdditionalCounts.Keys);
    }

    [Fact]
    public void ReadResponse_WithUsageInPart_LeavesTheRestUnknown()
    {
        var usage = Read(Response(Message, ",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}")).Usage!;

        Assert.Equal(3, usage.TotalTokenCount);
        Assert.Null(usage.CachedInputTokenCount);
        Assert.Null(usage.ReasoningTokenCount);
        Assert.Null(usage.AdditionalCounts);
    }

    [Theory]
    [InlineData("max_output_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("something_else", "something_else")]
    public void ReadResponse_ThatIsIncomplete_TellsWhy(string reason, string expected)
    {
        var response = Read($$$"""{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"{{{reason}}}"},"output":[{{{Message}}}]}""");

        Assert.Equal(new ChatFinishReason(expected), response.FinishReason);
        Assert.Equal("Hi", response.Text);
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("in_progress")]
    public void ReadResponse_ThatIsRunning_GivesATokenAndNoFinishReason(string status)
    {
        var response = Read($$"""{"id":"resp_1","status":"{{status}}","background":true,"output":[]}""");

        Assert.Null(response.FinishReason);
        Assert.True(ResponsesContinuation.TryRead(response.ContinuationToken!, out var continuation));
        Assert.Equal("resp_1", continuation.ResponseId);
    }

    [Theory]
    [InlineData("server_error", BackendErrorKind.ServerError)]
    [InlineData("rate_limit_exceeded", BackendErrorKind.RateLimited)]
    [InlineData("invalid_prompt", BackendErrorKind.ContentPolicy)]
    public void ReadResponse_ThatFailed_ThrowsWithKindAndUsage(string code, BackendErrorKind expected)
    {
        var exception = Assert.Throws<BackendException>(() => Read($$$"""
            {"id":"resp_1","status":"failed","error":{"code":"{{{code}}}","message":"Please try again in 1m2.5s."},"output":[],"usage":{"input_tokens":7,"output_tokens":0,"total_tokens":7}}
            """));

        Assert.Equal(expected, exception.Kind);
        Assert.Equal(code, exception.ProviderCode);
        Assert.Equal("resp_1", exception.RequestId);
        Assert.Equal(7, exception.Usage!.InputTokenCount);
        Assert.Equal(expected == BackendErrorKind.RateLimited ? TimeSpan.FromSeconds(62.5) : null, exception.RetryAfter);
    }

    [Fact]
    public void ReadResponse_ThatWasCancelledElsewhere_Throws() =>
        Assert.Equal(BackendErrorKind.Cancelled, Assert.Throws<BackendException>(() => Read("""{"id":"resp_1","status":"cancelled","output":[]}""")).Kind);

    [Fact]
    public void ReadResponse_WithErrorInsideASuccess_Throws() =>
        Assert.Equal(BackendErrorKind.QuotaExhausted, Assert.Throws<BackendException>(() => Read("""{"error":{"code":"insufficient_quota","message":"m"}}""")).Kind);

    [Theory]
    [InlineData("[]")]
    [InlineData("\"<html>\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"resp_1","output":{}}""")]
    public void ReadResponse_WithWhatIsNoResponse_ThrowsMalformed(string body)
    {
        var exception = Assert.Throws<BackendException>(() => Read(body));

        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.Equal(body, exception.ResponseExcerpt);
    }

    [Fact]
    public void ReadResponse_WithLongGarbage_BoundsTheExcerpt() =>
        Assert.Equal(BackendException.MaximumExcerptLength, Assert.Throws<BackendException>(() => Read($"\"{new string('x', 10_000)}\"")).ResponseExcerpt!.Length);

    [Fact]
    public void ReadResponse_WithCalls_KeepsTheirOrderAndAsksForTools()
    {
        var response = Read(Response(
            """
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"a\":[1]}","status":"completed"},
            {"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":"not json","status":"completed"}
            """));

        var calls = response.Messages[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal(["c1", "c2"], calls.Select(call => call.CallId));
        Assert.Null(calls[0].Exception);
        Assert.NotNull(calls[1].Exception);
        Assert.Equal("resp_1", response.Messages[0].MessageId);
    }

    [Theory]
    [InlineData("""{"type":"custom_tool_call","id":"i","call_id":"c","name":"n","input":"x"}""", true)]
    [InlineData("""{"type":"computer_call","id":"i","call_id":"c"}""", true)]
    [InlineData("""{"type":"mcp_approval_request","id":"i","name":"n","server_label":"s","arguments":"{}"}""", true)]
    [InlineData("""{"type":"tool_search_call","id":"i","execution":"client"}""", true)]
    [InlineData("""{"type":"tool_search_call","id":"i","execution":"server"}""", false)]
    [InlineData("""{"type":"shell_call","id":"i","call_id":"c"}""", true)]
    [InlineData("""{"type":"shell_call","id":"i","call_id":"c"},{"type":"shell_call_output","id":"o","call_id":"c"}""", false)]
    [InlineData("""{"type":"web_search_call","id":"i"}""", false)]
    public void ReadResponse_WithOtherCalls_AsksForToolsWhenTheClientIsToAct(string items, bool expected) =>
        Assert.Equal(expected ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop, Read(Response(items)).FinishReason);

    [Fact]
    public void ReadResponse_WithReasoning_ReadsSummaryAndSecret()
    {
        var reasoning = ReadOnly<TextReasoningContent>("""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"First."},{"type":"summary_text","text":"Second."}],"encrypted_content":"secret"}""");

        Assert.Equal("First.\n\nSecond.", reasoning.Text);
        Assert.Equal("secret", reasoning.ProtectedData);
    }

    [Fact]
    public void ReadResponse_WithReasoningInTheOpen_ReadsIt() =>
        Assert.Equal("Hm.", ReadOnly<TextReasoningContent>("""{"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}]}""").Text);

    [Fact]
    public void ReadResponse_WithRefusal_IsAnErrorContent()
    {
        var refusal = ReadOnly<ErrorContent>("""{"type":"message","id":"m","role":"assistant","content":[{"type":"refusal","refusal":"I won't."}]}""");

        Assert.Equal(("Refusal", "I won't."), (refusal.ErrorCode, refusal.Message));
    }

    [Fact]
    public void ReadResponse_WithAnnotations_MakesCitations()
    {
        var text = ReadOnly<TextContent>(
            """
            {"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"abc","annotations":[
              {"type":"url_citation","url":"https://a.com/x","title":"A","start_index":1,"end_index":3},
              {"type":"file_citation","file_id":"file_1","filename":"a.txt","index":2},
              {"type":"container_file_citation","container_id":"cntr_1","file_id":"cfile_1","filename":"p.png","start_index":0,"end_index":1}]}]}
            """);

        var citations = text.Annotations!.Cast<CitationAnnotation>().ToList();
        Assert.Equal(("A", new Uri("https://a.com/x")), (citations[0].Title, citations[0].Url));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(citations[0].AnnotatedRegions!));
        Assert.Equal((1, 3), (region.StartIndex, region.EndIndex));
        Assert.Equal(("a.txt", "file_1"), (citations[1].Title, citations[1].FileId));
        Assert.Equal(2, ((TextSpanAnnotatedRegion)citations[1].AnnotatedRegions![0]).StartIndex);
        Assert.Equal("cfile_1", citations[2].FileId);
    }

    [Fact]
    public void ReadResponse_WithSeveralMessageItems_MakesAMessageOfEach()
    {
        var response = Read(Response(
            """
            {"type":"message","id":"msg_1","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Working."}]},
            {"type":"web_search_call","id":"ws_1","action":{"type":"search","query":"q"}},
            {"type":"message","id":"msg_2","role":"assistant","phase":"final_answer","content":[{"type":"output_text","text":"Done."}]}
            """));

        Assert.Equal(["msg_1", "msg_2"], response.Messages.Select(message => message.MessageId));
        Assert.Equal(["Working.", "Done."], response.Messages.Select(message => message.Text));
    }

    [Fact]
    public void ReadResponse_WithWebSearch_ReadsQueriesAndSources()
    {
        var contents = Read(Response("""{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","queries":["a","b"],"sources":[{"type":"url","url":"https://a.com"},{"url":"?"}]}}""")).Messages[0].Contents;

        Assert.Equal(["a", "b"], Assert.IsType<WebSearchToolCallContent>(contents[0]).Queries!);
        Assert.Equal(new Uri("https://a.com"), Assert.IsType<UriContent>(Assert.Single(Assert.IsType<WebSearchToolResultContent>(contents[1]).Outputs!)).Uri);
    }

    [Fact]
    public void ReadResponse_WithCodeInterpreter_ReadsCodeAndOutputs()
    {
        var contents = Read(Response("""{"type":"code_interpreter_call","id":"ci_1","code":"print(1)","container_id":"c","outputs":[{"type":"logs","logs":"1"},{"type":"image","url":"https://a.com/i.png"}]}""")).Messages[0].Contents;

        var code = Assert.IsType<DataContent>(Assert.Single(Assert.IsType<CodeInterpreterToolCallContent>(contents[0]).Inputs!));
        Assert.Equal("print(1)", Encoding.UTF8.GetString(code.Data.Span));
        var outputs = Assert.IsType<CodeInterpreterToolResultContent>(contents[1]).Outputs!;
        Assert.Equal("1", Assert.IsType<TextContent>(outputs[0]).Text);
        Assert.True(Assert.IsType<UriContent>(outputs[1]).HasTopLevelMediaType("image"));
    }

    [Fact]
    public void ReadResponse_WithMcp_ReadsCallsResultsAndApprovals()
    {
        var contents = Read(Response(
            """
            {"type":"mcp_call","id":"mcp_1","server_label":"docs","name":"search","arguments":"{\"q\":\"x\"}","output":"found","error":null},
            {"type":"mcp_call","id":"mcp_2","server_label":"docs","name":"search","arguments":"{}","output":null,"error":{"type":"mcp_protocol_error","message":"gone"}},
            {"type":"mcp_approval_request","id":"mcpr_1","server_label":"docs","name":"write","arguments":"{\"a\":1}"},
            {"type":"mcp_list_tools","id":"mcpl_1","server_label":"docs","tools":[]}
            """)).Messages[0].Contents;

        var call = Assert.IsType<McpServerToolCallContent>(contents[0]);
        Assert.Equal(("mcp_1", "search", "docs", "x"), (call.CallId, call.Name, call.ServerName, call.Arguments!["q"]!.ToString()));
        Assert.Equal("found", Assert.IsType<TextContent>(Assert.Single(Assert.IsType<McpServerToolResultContent>(contents[1]).Outputs!)).Text);
        Assert.Equal("gone", Assert.IsType<ErrorContent>(Assert.Single(Assert.IsType<McpServerToolResultContent>(contents[3]).Outputs!)).Message);
        var request = Assert.IsType<ToolApprovalRequestContent>(contents[4]);
        Assert.Equal(("mcpr_1", "write"), (request.RequestId, Assert.IsType<McpServerToolCallContent>(request.ToolCall).Name));
        Assert.Equal(typeof(AIContent), contents[5].GetType());
        Assert.Equal(6, contents.Count);
    }

    [Fact]
    public void ReadResponse_WithImage_DecodesIt()
    {
        var contents = Read(Response("""{"type":"image_generation_call","id":"ig_1","status":"completed","output_format":"webp","result":"AQID"}""")).Messages[0].Contents;

        Assert.Equal("ig_1", Assert.IsType<ImageGenerationToolCallContent>(contents[0]).CallId);
        var image = Assert.IsType<DataContent>(Assert.Single(Assert.IsType<ImageGenerationToolResultContent>(contents[1]).Outputs!));
        Assert.Equal("image/webp", image.MediaType);
        Assert.Equal([1, 2, 3], image.Data.ToArray());
    }

    [Theory]
    [InlineData("""{"type":"file_search_call","id":"fs_1","queries":["q"],"results":null,"status":"completed"}""")]
    [InlineData("""{"type":"mcp_call","id":"mcp_1","server_label":"docs","name":"search","arguments":"{}","output":"found","error":null}""")]
    [InlineData("""{"type":"image_generation_call","id":"ig_1","status":"completed","result":"AQID"}""")]
    [InlineData("""{"type":"code_interpreter_call","id":"ci_1","code":"1","container_id":"c","outputs":[{"type":"logs","logs":"1"}],"status":"completed"}""")]
    [InlineData("""{"type":"invented_tomorrow","anything":{"a":[1]}}""")]
    [InlineData("""{"type":"function_call","id":"fc_1","call_id":"c","name":"n","arguments":"{\"a\":1}","namespace":"tools","status":"completed"}""")]
    [InlineData("""{"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"final_answer","content":[{"type":"output_text","text":"Hi"}]}""")]
    [InlineData("""{"type":"mcp_approval_request","id":"mcpr_1","server_label":"docs","name":"write","arguments":"{\"a\": 1}"}""")]
    public void ReadResponse_WithItem_IsGivenBackInTheNextTurn(string item)
    {
        var response = Read(Response(item));

        AssertJson($"[{item}]", Input([.. response.Messages]));
    }

    [Fact]
    public void ReadResponse_WithNothingInIt_IsAnEmptyMessage()
    {
        var response = Read(Response(string.Empty));

        Assert.Empty(Assert.Single(response.Messages).Contents);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public void ReadResponse_WithItemsThatAreNoObjects_SkipsThem() => Assert.Equal("Hi", Read(Response($"null,7,{Message}")).Text);

    [Fact]
    public void ReadResponse_WithAnAbsurdDate_HasNone() => Assert.Null(Read("""{"id":"r","created_at":1e30,"output":[]}""").CreatedAt);
}
