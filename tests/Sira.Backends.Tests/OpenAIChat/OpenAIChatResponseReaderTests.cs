using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Models;

namespace Sira.Backends.Tests.OpenAIChat;

public sealed class OpenAIChatResponseReaderTests
{
    [Fact]
    public void Read_ToolCalls_AreCallsWithArguments()
    {
        var response = Answer("""{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c2","function":{"name":"g","arguments":""}},{"id":"c3","function":{"name":"h","arguments":{"b":2}}},{"id":"c4","function":{"name":"i","arguments":"{oops"}}]}""", finish: "tool_calls");

        var calls = response.Messages[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.Equal(["c1", "c2", "c3", "c4"], calls.Select(static call => call.CallId));
        Assert.Equal("1", calls[0].Arguments!["a"]!.ToString());
        Assert.Empty(calls[1].Arguments!);
        Assert.Equal("2", calls[2].Arguments!["b"]!.ToString());
        Assert.NotNull(calls[3].Exception);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Theory]
    [InlineData("""{"content":"Hello"}""")]
    [InlineData("""{"content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"}]}""")]
    public void Read_ContentInEitherForm_IsText(string message)
    {
        Assert.Equal("Hello", Answer(message).Text);
    }

    [Fact]
    public void Read_Refusal_IsAnErrorContent()
    {
        var error = Assert.IsType<ErrorContent>(Assert.Single(Answer("""{"content":null,"refusal":"I cannot."}""").Messages[0].Contents));

        Assert.Equal("Refusal", error.ErrorCode);
        Assert.Equal("I cannot.", error.Message);
    }

    [Fact]
    public void Read_Citations_AreAnnotationsOfTheText()
    {
        var text = (TextContent)Answer("""{"content":"Rome","annotations":[{"type":"url_citation","url_citation":{"url":"https://x.test","title":"X","start_index":0,"end_index":4}}]}""").Messages[0].Contents[0];

        var citation = Assert.IsType<CitationAnnotation>(Assert.Single(text.Annotations!));
        Assert.Equal(new Uri("https://x.test"), citation.Url);
        Assert.Equal(4, Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(citation.AnnotatedRegions!)).EndIndex);
    }

    [Fact]
    public void Read_Audio_IsDataWithItsTranscript()
    {
        var contents = Answer("""{"content":null,"audio":{"id":"a1","data":"AQID","transcript":"Hello"}}""").Messages[0].Contents;

        Assert.Equal([1, 2, 3], ((DataContent)contents[0]).Data.ToArray());
        Assert.Equal("Hello", ((TextContent)contents[1]).Text);
    }

    [Theory]
    [InlineData("deepseek", """{"content":"4","reasoning_content":"two"}""", null)]
    [InlineData("groq", """{"content":"4","reasoning":"two"}""", null)]
    [InlineData("mistral", """{"content":[{"type":"thinking","thinking":[{"type":"text","text":"tw"},{"type":"text","text":"o"}]},{"type":"text","text":"4"}]}""", null)]
    [InlineData("openrouter", """{"content":"4","reasoning":"two","reasoning_details":[{"type":"reasoning.text","text":"two","signature":"s"}]}""", """[{"type":"reasoning.text","text":"two","signature":"s"}]""")]
    [InlineData("openrouter", """{"content":"4","reasoning_details":[{"type":"reasoning.summary","summary":"two"}]}""", """[{"type":"reasoning.summary","summary":"two"}]""")]
    public void Read_Reasoning_IsReadWhereTheDialectPutsIt(string dialect, string message, string? data)
    {
        var response = Answer(message, dialect: dialect);

        var reasoning = Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>());
        Assert.Equal("two", reasoning.Text);
        Assert.Equal(data, reasoning.ProtectedData);
        Assert.Equal("4", response.Text);
    }

    [Fact]
    public void Read_Usage_IsNormalised()
    {
        var usage = Usage("""{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":5},"completion_tokens_details":{"reasoning_tokens":30,"accepted_prediction_tokens":2}}""")!;

        Assert.Equal((100, 50, 150, 40, 30), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
        Assert.Equal(10, usage.GetCacheWriteInputTokens());
        Assert.Equal(5, usage.AdditionalCounts!["prompt_tokens_details.audio_tokens"]);
        Assert.Equal(2, usage.AdditionalCounts["completion_tokens_details.accepted_prediction_tokens"]);
    }

    [Fact]
    public void Read_ReasoningCountedApart_IsPartOfTheOutput()
    {
        Assert.Equal(80, Usage("""{"prompt_tokens":100,"completion_tokens":50,"total_tokens":180,"completion_tokens_details":{"reasoning_tokens":30}}""")!.OutputTokenCount);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_cache_hit_tokens":7}""")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"num_cached_tokens":7}""")]
    public void Read_CachedTokensUnderOtherNames_AreFoundAndTheTotalSummed(string json)
    {
        var usage = Usage(json)!;

        Assert.Equal(7, usage.CachedInputTokenCount);
        Assert.Equal(15, usage.TotalTokenCount);
        Assert.Null(usage.ReasoningTokenCount);
    }

    [Fact]
    public void Read_NoUsage_StaysUnknown()
    {
        Assert.Null(Answer("""{"content":"x"}""").Usage);
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("model_length", "length")]
    [InlineData("function_call", "tool_calls")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("insufficient_system_resource", "insufficient_system_resource")]
    public void Read_FinishReasons_AreMapped(string wire, string expected)
    {
        Assert.Equal(new ChatFinishReason(expected), Answer("""{"content":"x"}""", finish: wire).FinishReason);
    }

    [Fact]
    public void Read_MessageWithheldByTheFilter_IsAnEmptyAnswerThatSaysSo()
    {
        var response = WireHarness.Read("azure", """{"choices":[{"index":0,"finish_reason":"content_filter"}]}""");

        Assert.Equal(ChatFinishReason.ContentFilter, response.FinishReason);
        Assert.Empty(response.Text);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"content":[7,null,"x"]},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"tool_calls":[7]},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"tool_calls":{},"annotations":7,"images":[{}],"audio":7,"reasoning_details":[1]},"finish_reason":7}]}""")]
    [InlineData("""{"created":1e300,"id":7,"model":[],"usage":[],"choices":[{"message":{},"finish_reason":"stop"}]}""")]
    [InlineData("""{"created":-9223372036854775808,"usage":{"prompt_tokens":"x"},"choices":[{"message":{},"finish_reason":"stop"}]}""")]
    public void Read_OddTypes_AreToleratedOrMalformed(string body)
    {
        try
        {
            Assert.NotNull(WireHarness.Read("openrouter", body));
        }
        catch (BackendException exception)
        {
            Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        }
    }

    private static ChatResponse Answer(string message, string finish = "stop", string dialect = "openai") =>
        WireHarness.Read(dialect, $$"""{"id":"r1","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}]}""");

    private static UsageDetails? Usage(string usage) => WireHarness.Read("openai", $$"""{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{{usage}}}""").Usage;
}
