using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Tests.Gemini;

public class GeminiStreamReaderTests
{
    private static string Chunk(string parts, string more = "", string usage = "") =>
        $$"""{"candidates":[{"content":{"role":"model","parts":[{{parts}}]}{{more}},"index":0}]{{usage}},"modelVersion":"m","responseId":"r"}""";

    private static BackendException Throws(params string[] events) => Assert.Throws<BackendException>(() => GeminiTestFormat.ReadStream(events));

    [Fact]
    public void Read_Chunks_AreDeltasAndOneEnding()
    {
        var updates = GeminiTestFormat.ReadStream(
            Chunk("""{"text":"Hm","thought":true}""", usage: ""","usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}"""),
            Chunk("""{"text":"Hel"}""", ""","finishReason":"STOP" """),
            Chunk("""{"text":"lo"}""", ""","finishReason":"STOP" """, ""","usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":1,"totalTokenCount":7}"""));
        Assert.Equal(["", "Hel", "lo", ""], updates.Select(update => update.Text));
        Assert.Equal([null, null, null, ChatFinishReason.Stop], updates.Select(update => update.FinishReason));
        Assert.All(updates, update => Assert.Equal(("r", "r", "m", ChatRole.Assistant), (update.ResponseId, update.MessageId, update.ModelId, update.Role)));
        var response = updates.ToChatResponse();
        Assert.Equal((4L, 3L, 7L, 1L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.ReasoningTokenCount));
        Assert.Equal("Hello", response.Text);
        Assert.Single(response.Messages);
    }

    [Fact]
    public void Read_Calls_ArriveWholeWithDistinctIds()
    {
        var updates = GeminiTestFormat.ReadStream(
            Chunk("""{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"AAAA"}"""),
            Chunk("""{"functionCall":{"name":"f","args":{"x":2}}}"""),
            Chunk("""{"text":""}""", ""","finishReason":"STOP" """));
        var response = updates.ToChatResponse();
        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal(["sira-call-r-0", "sira-call-r-1"], calls.Select(call => call.CallId));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal("AAAA", calls[0].AdditionalProperties!["thoughtSignature"]);
    }

    [Theory]
    [InlineData("""{"text":"lo","thoughtSignature":"AAAA"}""", """[{"text":"Hm","thought":true},{"text":"Hello","thoughtSignature":"AAAA"}]""")]
    [InlineData("""{"text":"lo"},{"text":"","thoughtSignature":"AAAA"}""", """[{"text":"Hm","thought":true},{"text":"Hello"},{"text":"","thoughtSignature":"AAAA"}]""")]
    public void Read_SignatureAtTheEnd_SurvivesMergingOfUpdates(string last, string expected)
    {
        var response = GeminiTestFormat.ReadStream(Chunk("""{"text":"Hm","thought":true}"""), Chunk("""{"text":"Hel"}"""), Chunk(last, ""","finishReason":"STOP" """)).ToChatResponse();
        var written = JsonNode.Parse(GeminiTestFormat.Write([response.Messages[0]], null, "gemini-3-flash-preview"))!["contents"]![0]!["parts"]!;
        GeminiTestFormat.AssertJson(expected, written.ToJsonString());
    }

    [Fact]
    public void Read_Grounding_CitesTheWholeText()
    {
        var response = GeminiTestFormat.ReadStream(
            Chunk("""{"text":"Grüße. Pa"}""", ""","groundingMetadata":{} """),
            Chunk("""{"text":"ris."}""", ""","finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example/"}}],"groundingSupports":[{"segment":{"startIndex":9,"endIndex":14,"text":"Paris"},"groundingChunkIndices":[0]}]}""")).ToChatResponse();
        var citation = Assert.IsType<CitationAnnotation>(Assert.Single(response.Messages[0].Contents.SelectMany(content => content.Annotations ?? [])));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(citation.AnnotatedRegions![0]);
        Assert.Equal("Paris", response.Text[region.StartIndex!.Value..region.EndIndex!.Value]);
        Assert.True(response.Messages[0].AdditionalProperties!.ContainsKey("groundingMetadata"));
    }

    [Fact]
    public void Read_NoFinishReason_SaysSo()
    {
        var reader = GeminiTestFormat.Format.CreateStreamReader();
        var updates = GeminiTestFormat.ReadStream(reader, [Chunk("""{"text":"Hel"}""", usage: ""","usageMetadata":{"promptTokenCount":4}""")]);
        Assert.False(reader.HasFinishReason);
        Assert.False(reader.IsTerminated);
        Assert.DoesNotContain(updates, update => update.FinishReason is not null);
        Assert.Equal(4, updates.ToChatResponse().Usage!.InputTokenCount);
    }

    [Fact]
    public void Read_FinishReason_IsNotTheProtocolsEnd()
    {
        var reader = GeminiTestFormat.Format.CreateStreamReader();
        GeminiTestFormat.ReadStream(reader, [Chunk("""{"text":"Hi"}""", ""","finishReason":"SAFETY" """)]);
        Assert.True(reader.HasFinishReason);
        Assert.False(reader.IsTerminated);
    }

    [Fact]
    public void Finish_WithoutEventsOrTwice_AddsNothing()
    {
        var reader = GeminiTestFormat.Format.CreateStreamReader();
        Assert.Empty(GeminiTestFormat.ReadStream(reader, []));
        Assert.Equal(2, GeminiTestFormat.ReadStream(reader, [Chunk("""{"text":"Hi"}""", ""","finishReason":"STOP" """)]).Count);
        Assert.Empty(GeminiTestFormat.ReadStream(reader, []));
    }

    [Fact]
    public void Read_ErrorMidStream_HasKindAndUsageSoFar()
    {
        var exception = Throws(
            Chunk("""{"text":"Hel"}""", usage: ""","usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1}"""),
            """{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""");
        Assert.Equal((BackendErrorKind.Overloaded, "UNAVAILABLE", 4L), (exception.Kind, exception.ProviderCode, exception.Usage!.InputTokenCount));
    }

    [Fact]
    public void Read_BlockedPrompt_IsContentPolicy() =>
        Assert.Equal(BackendErrorKind.ContentPolicy, Throws("""{"promptFeedback":{"blockReason":"SAFETY"},"responseId":"r"}""").Kind);

    [Theory]
    [InlineData("{")]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{} {}")]
    [InlineData("""{"candidates":[{"content":{"parts":[1]}}]}""")]
    public void Read_UndecodableEvent_IsMalformed(string data) => Assert.Equal(BackendErrorKind.MalformedResponse, Throws(data).Kind);

    [Fact]
    public void Read_InvalidUtf8AndDeepNesting_AreMalformed()
    {
        var reader = GeminiTestFormat.Format.CreateStreamReader();
        Assert.Equal(BackendErrorKind.MalformedResponse, Assert.Throws<BackendException>(() => reader.Read("message", [0x22, 0xFF, 0xFE], [])).Kind);
        var deep = Encoding.UTF8.GetBytes(new string('[', 5000));
        var exception = Assert.Throws<BackendException>(() => reader.Read("message", deep, []));
        Assert.Equal((BackendErrorKind.MalformedResponse, BackendException.MaximumExcerptLength), (exception.Kind, exception.ResponseExcerpt!.Length));
    }

    [Fact]
    public void Read_ChunksWithoutCandidates_AreNoUpdates()
    {
        var updates = GeminiTestFormat.ReadStream("{}", """{"candidates":[]}""", Chunk("""{"text":"Hi"}""", ""","finishReason":"STOP" """), """{"usageMetadata":{"promptTokenCount":1,"totalTokenCount":1}}""");
        Assert.Equal(2, updates.Count);
        Assert.Equal(1, updates.ToChatResponse().Usage!.TotalTokenCount);
    }
}
