using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Tests.Gemini;

public class GeminiResponseReaderTests
{
    private static ChatResponse Candidate(string members) => GeminiTestFormat.Read($$"""{"responseId":"r","modelVersion":"m","candidates":[{{{members}}}]}""");

    [Fact]
    public void ReadResponse_Complete_HasEverything()
    {
        var response = GeminiTestFormat.Read("""
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"text":"Hello"},{"inlineData":{"mimeType":"audio/L16;codec=pcm;rate=24000","data":"AQ=="}}]},"finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3,"thoughtsTokenCount":5,"toolUsePromptTokenCount":2,"cachedContentTokenCount":4,"totalTokenCount":20,
               "promptTokensDetails":[{"modality":"TEXT","tokenCount":7},{"modality":"IMAGE","tokenCount":3}]},
             "modelVersion":"gemini-2.5-flash","responseId":"abc","createTime":"2026-01-02T03:04:05Z"}
            """);
        Assert.Equal(("abc", "abc", "gemini-2.5-flash"), (response.ResponseId, response.Messages[0].MessageId, response.ModelId));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), response.CreatedAt);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("Hello", response.Text);
        Assert.Equal("Hm", Assert.IsType<TextReasoningContent>(response.Messages[0].Contents[0]).Text);
        Assert.True(Assert.IsType<DataContent>(response.Messages[0].Contents[2]).HasTopLevelMediaType("audio"));
        var usage = response.Usage!;
        Assert.Equal((12L, 8L, 20L, 4L, 5L), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
        Assert.Equal(2, usage.AdditionalCounts!["toolUsePromptTokenCount"]);
        Assert.Equal(3, usage.AdditionalCounts["promptTokensDetails.IMAGE"]);
    }

    [Fact]
    public void ReadResponse_UsageNotReported_StaysNull()
    {
        Assert.Null(Candidate("\"finishReason\":\"STOP\"").Usage);
        var usage = GeminiTestFormat.Read("""{"candidates":[{"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":9,"thoughtsTokenCount":7}}""").Usage!;
        Assert.Equal((9L, 7L, 16L, null), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount));
        usage = GeminiTestFormat.Read("""{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9}}""").Usage!;
        Assert.Equal((9L, null, 9L, null), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.ReasoningTokenCount));
    }

    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("BLOCKLIST", "content_filter")]
    [InlineData("SPII", "content_filter")]
    [InlineData("IMAGE_SAFETY", "content_filter")]
    [InlineData("MALFORMED_FUNCTION_CALL", "MALFORMED_FUNCTION_CALL")]
    [InlineData("OTHER", "OTHER")]
    public void ReadResponse_FinishReason_IsMapped(string wire, string expected) => Assert.Equal(expected, Candidate($"\"finishReason\":\"{wire}\"").FinishReason!.Value.Value);

    [Fact]
    public void ReadResponse_StopWithCalls_IsToolCalls()
    {
        var response = Candidate("""
            "content":{"parts":[{"functionCall":{"id":"x","name":"f","args":{"a":[1,{"b":null}]}},"thoughtSignature":"AAAA"},{"functionCall":{"name":"g"}}]},"finishReason":"STOP"
            """);
        var calls = response.Messages[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal(("x", "f", "AAAA"), (calls[0].CallId, calls[0].Name, calls[0].AdditionalProperties!["thoughtSignature"]));
        Assert.Equal("""[1,{"b":null}]""", calls[0].Arguments!["a"]!.ToString());
        Assert.Equal("sira-call-r-0", calls[1].CallId);
        Assert.Empty(calls[1].Arguments!);
    }

    [Fact]
    public void ReadResponse_ArgumentsThatAreNoObject_AreTheCallsException()
    {
        var call = Assert.IsType<FunctionCallContent>(Candidate("""
            "content":{"parts":[{"functionCall":{"id":"x","name":"f","args":[1]}}]},"finishReason":"STOP"
            """).Messages[0].Contents[0]);
        Assert.NotNull(call.Exception);
    }

    [Fact]
    public void ReadResponse_CallsWithoutIdsAndResponseId_AreTheSameWhenReadAgain()
    {
        const string Body = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}]}""";
        static string Id(string body) => Assert.IsType<FunctionCallContent>(GeminiTestFormat.Read(body).Messages[0].Contents[0]).CallId;
        Assert.Equal(Id(Body), Id(Body));
        Assert.NotEqual(Id(Body), Id(Body.Replace("\"f\"", "\"g\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void ReadResponse_MalformedCall_IsExplained()
    {
        var response = Candidate("""
            "finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"Malformed function call: print("
            """);
        var error = Assert.IsType<ErrorContent>(Assert.Single(response.Messages[0].Contents));
        Assert.Equal(("MALFORMED_FUNCTION_CALL", "Malformed function call: print("), (error.ErrorCode, error.Message));
    }

    [Fact]
    public void ReadResponse_BlockedPrompt_IsContentPolicy()
    {
        var exception = Assert.Throws<BackendException>(() => GeminiTestFormat.Read("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}"""));
        Assert.Equal((BackendErrorKind.ContentPolicy, "PROHIBITED_CONTENT", 5L), (exception.Kind, exception.ProviderCode, exception.Usage!.InputTokenCount));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"candidates":[]}""")]
    [InlineData("""{"candidates":"x"}""")]
    [InlineData("""{"candidates":[null]}""")]
    [InlineData("\"<html>\"")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"candidates":[{"content":{"parts":["x"]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":7}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"*"}}]}}]}""")]
    public void ReadResponse_NoResponse_IsMalformed(string body)
    {
        var exception = Assert.Throws<BackendException>(() => GeminiTestFormat.Read(body));
        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.NotNull(exception.ResponseExcerpt);
    }

    [Fact]
    public void ReadResponse_HugeMalformedBody_HasABoundedExcerpt() => Assert.Equal(
        BackendException.MaximumExcerptLength,
        Assert.Throws<BackendException>(() => GeminiTestFormat.Read($$"""{"x":"{{new string('y', 100_000)}}"}""")).ResponseExcerpt!.Length);

    [Fact]
    public void ReadResponse_ErrorInsideA200_HasItsKind() => Assert.Equal(
        BackendErrorKind.Overloaded,
        Assert.Throws<BackendException>(() => GeminiTestFormat.Read("""[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]""")).Kind);

    [Theory]
    [InlineData("\"content\":null")]
    [InlineData("\"content\":{}")]
    [InlineData("\"content\":{\"parts\":null}")]
    [InlineData("\"content\":{\"parts\":[{\"unknownPart\":{}}]}")]
    public void ReadResponse_WithoutParts_IsAnEmptyMessage(string content) => Assert.Empty(Candidate(content + ",\"finishReason\":\"STOP\"").Messages[0].Contents);

    [Fact]
    public void ReadResponse_Grounding_IsCitationsInCharacters()
    {
        // "Grüße" is five characters and seven bytes.
        var response = Candidate("""
            "content":{"parts":[{"text":"Grüße. Paris"},{"text":" is big."}]},"finishReason":"STOP",
            "groundingMetadata":{"webSearchQueries":["q"],
              "groundingChunks":[{"web":{"uri":"https://a.example/","title":"A"}},{"retrievedContext":{"title":"doc","text":"Paris is…","fileSearchStore":"s"}},{"web":{"uri":"https://unused.example/"}}],
              "groundingSupports":[{"segment":{"startIndex":9,"endIndex":14,"text":"Paris"},"groundingChunkIndices":[0,1,99,-1]},{"segment":{"startIndex":99,"endIndex":3,"text":"is big"},"groundingChunkIndices":[0]}]}
            """);
        var first = Assert.IsType<TextContent>(response.Messages[0].Contents[0]).Annotations!.Cast<CitationAnnotation>().ToList();
        var second = Assert.IsType<TextContent>(response.Messages[0].Contents[1]).Annotations!.Cast<CitationAnnotation>().ToList();
        Assert.Equal(["https://a.example/", null], first.Select(citation => citation.Url?.ToString()));
        Assert.Equal(("doc", "Paris is…", "fileSearch"), (first[1].Title, first[1].Snippet, first[1].ToolName));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(first[0].AnnotatedRegions![0]);
        Assert.Equal("Paris", "Grüße. Paris"[region.StartIndex!.Value..region.EndIndex!.Value]);
        region = Assert.IsType<TextSpanAnnotatedRegion>(second[0].AnnotatedRegions![0]);
        Assert.Equal("is big", " is big."[region.StartIndex!.Value..region.EndIndex!.Value]);
        Assert.Equal("https://unused.example/", second[1].Url!.ToString());
        Assert.Null(second[1].AnnotatedRegions);
        Assert.True(response.Messages[0].AdditionalProperties!.ContainsKey("groundingMetadata"));
    }

    [Fact]
    public void ReadResponse_Recitation_IsCitations()
    {
        var response = Candidate("""
            "content":{"parts":[{"text":"To be or not to be"}]},"finishReason":"STOP",
            "citationMetadata":{"citationSources":[{"startIndex":3,"endIndex":5,"uri":"https://s.example/","license":"mit"},{"uri":"not a uri"}]}
            """);
        var citations = response.Messages[0].Contents[0].Annotations!.Cast<CitationAnnotation>().ToList();
        var region = Assert.IsType<TextSpanAnnotatedRegion>(citations[0].AnnotatedRegions![0]);
        Assert.Equal((3, 5, "https://s.example/"), (region.StartIndex, region.EndIndex, citations[0].Url!.ToString()));
        Assert.Null(citations[1].Url);
    }

    [Fact]
    public void ReadResponse_ServerTools_AreTheirContents()
    {
        var contents = Candidate("""
            "content":{"parts":[{"toolCall":{"id":"a","toolType":"GOOGLE_SEARCH_WEB","args":{"queries":["q1","q2"]}}},{"toolResponse":{"id":"a","toolType":"GOOGLE_SEARCH_WEB"}},
              {"executableCode":{"language":"PYTHON","code":"1/0"}},{"codeExecutionResult":{"outcome":"OUTCOME_FAILED","output":"ZeroDivisionError"}},{"toolCall":{"id":"b","toolType":"URL_CONTEXT"}}]},
            "finishReason":"STOP"
            """).Messages[0].Contents;
        Assert.Equal(["q1", "q2"], Assert.IsType<WebSearchToolCallContent>(contents[0]).Queries!);
        Assert.Equal("a", Assert.IsType<WebSearchToolResultContent>(contents[1]).CallId);
        var code = Assert.IsType<CodeInterpreterToolCallContent>(contents[2]);
        Assert.Equal("1/0", System.Text.Encoding.UTF8.GetString(Assert.IsType<DataContent>(code.Inputs![0]).Data.Span));
        var result = Assert.IsType<CodeInterpreterToolResultContent>(contents[3]);
        Assert.Equal(code.CallId, result.CallId);
        Assert.Equal("OUTCOME_FAILED", Assert.IsType<ErrorContent>(result.Outputs![0]).ErrorCode);
        Assert.Equal(typeof(AIContent), contents[4].GetType());
    }
}
