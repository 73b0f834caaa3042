using System.Text;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Errors;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicStreamReaderTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}""";
    private const string End = """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":20}}""";
    private const string Stop = """{"type":"message_stop"}""";

    [Fact]
    public void Read_Text_IsHandedOutAsItComes()
    {
        var updates = Stream(
            Events(Start, """{"type":"ping"}""", Begin(0, """{"type":"text","text":""}"""), Text(0, "Hel"), Text(0, "lo"), BlockEnd(0), End, Stop),
            out var reader);
        Assert.True(reader.IsTerminated);
        Assert.True(reader.HasFinishReason);
        Assert.Equal(["", "Hel", "lo", "", ""], updates.Select(update => update.Text));
        Assert.All(updates, update => Assert.Equal(("msg_1", "msg_1", "claude-opus-5", ChatRole.Assistant), (update.ResponseId, update.MessageId, update.ModelId, update.Role)));
        Assert.All(updates, update => Assert.NotNull(update.RawRepresentation));
        Assert.Equal(ChatFinishReason.Stop, Assert.Single(updates, update => update.FinishReason is not null).FinishReason);
        var usage = Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details;
        Assert.Equal((15, 20, 5, 35), (usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount, usage.TotalTokenCount));
    }

    [Fact]
    public void Read_ToolCallsInFragments_ArriveWhole()
    {
        var updates = Stream(Events(
            Start,
            Begin(0, """{"type":"tool_use","id":"t1","name":"weather","input":{}}"""), Input(0, ""), Input(0, "{\\\"ci"), Input(0, "ty\\\":\\\"Os"), Input(0, "lo\\\"}"), BlockEnd(0),
            Begin(1, """{"type":"tool_use","id":"t2","name":"now","input":{},"caller":{"type":"direct"}}"""), BlockEnd(1),
            Begin(2, """{"type":"tool_use","id":"t3","name":"whole","input":{"a":1}}"""), BlockEnd(2),
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}}""", Stop));
        var calls = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["weather", "now", "whole"], calls.Select(call => call.Name));
        Assert.Equal("Oslo", calls[0].Arguments!["city"]!.ToString());
        Assert.Empty(calls[1].Arguments!);
        Assert.NotNull(calls[1].RawRepresentation);
        Assert.Equal("1", calls[2].Arguments!["a"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, updates.ToChatResponse().FinishReason);
    }

    [Fact]
    public void Read_InterleavedBlocks_AreKeptApart()
    {
        var calls = Stream(Events(
            Start,
            Begin(0, """{"type":"tool_use","id":"t1","name":"a","input":{}}"""), Begin(1, """{"type":"tool_use","id":"t2","name":"b","input":{}}"""),
            Input(0, "{\\\"x\\\":"), Input(1, "{\\\"y\\\":"), Input(0, "1}"), Input(1, "2}"), BlockEnd(1), BlockEnd(0), End, Stop))
            .SelectMany(update => update.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["b", "a"], calls.Select(call => call.Name));
        Assert.Equal("2", calls[0].Arguments!["y"]!.ToString());
        Assert.Equal("1", calls[1].Arguments!["x"]!.ToString());
    }

    [Fact]
    public void Read_ArgumentsThatAreNoJson_AreACallWithAnException() =>
        Assert.NotNull(Stream(Events(Start, Begin(0, """{"type":"tool_use","id":"t1","name":"a","input":{}}"""), Input(0, "{\\\"x\\\":"), BlockEnd(0), End, Stop))
            .SelectMany(update => update.Contents).OfType<FunctionCallContent>().Single().Exception);

    [Fact]
    public void Read_EverythingThatGoesBack_GoesBackAsItCame()
    {
        var response = Stream(Events(
            Start,
            Begin(0, """{"type":"thinking","thinking":"","signature":""}"""), Delta(0, """{"type":"thinking_delta","thinking":"Let me "}"""), Delta(0, """{"type":"thinking_delta","thinking":"see."}"""), Delta(0, """{"type":"signature_delta","signature":"sig1"}"""), BlockEnd(0),
            Begin(1, """{"type":"redacted_thinking","data":"secret1"}"""), BlockEnd(1),
            Begin(2, """{"type":"redacted_thinking","data":"secret2"}"""), BlockEnd(2),
            Begin(3, """{"type":"thinking","thinking":"","signature":""}"""), Delta(3, """{"type":"signature_delta","signature":"sig2"}"""), BlockEnd(3),
            Begin(4, """{"type":"text","text":""}"""), Text(4, "Look"), Text(4, "ing. "), BlockEnd(4),
            Begin(5, """{"type":"server_tool_use","id":"s1","name":"web_search","input":{}}"""), Input(5, "{\\\"query\\\":"), Input(5, "\\\"x\\\"}"), BlockEnd(5),
            Begin(6, """{"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","url":"https://example.org/","title":"T","encrypted_content":"E"}]}"""), BlockEnd(6),
            Begin(7, """{"type":"text","text":""}"""), Text(7, "So "), BlockEnd(7),
            Begin(8, """{"type":"text","text":"","citations":[]}"""), Delta(8, """{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://example.org/","cited_text":"c","encrypted_index":"I"}}"""), Text(8, "it "), Text(8, "is"), BlockEnd(8),
            Begin(9, """{"type":"text","text":""}"""), Text(9, "."), BlockEnd(9),
            Begin(10, """{"type":"compaction","content":null}"""), Delta(10, """{"type":"compaction_delta","content":"So far."}"""), BlockEnd(10),
            End, Stop)).ToChatResponse();
        Assert.Equal("Looking. So it is.", response.Text);
        Assert.All(response.Messages[0].Contents.OfType<TextReasoningContent>(), reasoning => Assert.True(ReasoningOrigin.IsForeign(reasoning, "openai.responses")));
        AssertJson(
            """
            [{"type":"thinking","thinking":"Let me see.","signature":"sig1"},{"type":"redacted_thinking","data":"secret1"},{"type":"redacted_thinking","data":"secret2"},
             {"type":"thinking","thinking":"","signature":"sig2"},{"type":"text","text":"Looking. "},
             {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"x"}},
             {"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","url":"https://example.org/","title":"T","encrypted_content":"E"}]},
             {"type":"text","text":"So "},
             {"type":"text","text":"it is","citations":[{"type":"web_search_result_location","url":"https://example.org/","cited_text":"c","encrypted_index":"I"}]},
             {"type":"text","text":"."},{"type":"compaction","content":"So far."}]
            """,
            Write([.. response.Messages])["messages"]![0]!["content"]);
    }

    [Fact]
    public void Read_CitedText_IsOneWithItsAnnotation()
    {
        var updates = Stream(Events(
            Start, Begin(0, """{"type":"text","text":"","citations":[]}"""),
            Delta(0, """{"type":"citations_delta","citation":{"type":"char_location","cited_text":"c","document_title":"D"}}"""), Text(0, "ab"), Text(0, "cd"), BlockEnd(0), End, Stop));
        var text = Assert.Single(updates.SelectMany(update => update.Contents).OfType<TextContent>());
        Assert.Equal("abcd", text.Text);
        var region = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(Assert.Single(text.Annotations!).AnnotatedRegions!));
        Assert.Equal((0, 4), (region.StartIndex, region.EndIndex));
    }

    [Fact]
    public void Read_CitationAfterItsText_IsNotLost()
    {
        var response = Stream(Events(
            Start, Begin(0, """{"type":"text","text":""}"""), Text(0, "ab"),
            Delta(0, """{"type":"citations_delta","citation":{"type":"char_location","cited_text":"c","document_title":"D"}}"""), Text(0, "cd"), BlockEnd(0), End, Stop)).ToChatResponse();
        Assert.Equal("abcd", response.Text);
        Assert.Equal("D", Assert.IsType<CitationAnnotation>(Assert.Single(response.Messages[0].Contents.SelectMany(content => content.Annotations ?? []))).Title);
    }

    [Fact]
    public void Read_Refusal_IsSaid()
    {
        var response = Stream(Events(Start, """{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"No."}},"usage":{"output_tokens":2}}""", Stop)).ToChatResponse();
        Assert.Equal(ChatFinishReason.ContentFilter, response.FinishReason);
        Assert.Equal(("Refusal", "No."), response.Messages[0].Contents.OfType<ErrorContent>().Select(error => (error.ErrorCode, error.Message)).Single());
    }

    [Fact]
    public void Read_ErrorEvent_ThrowsWithTheUsageSoFar()
    {
        var exception = Assert.Throws<BackendException>(() => Stream(Events(Start, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}""")));
        Assert.Equal((BackendErrorKind.Overloaded, "overloaded_error", "req_1"), (exception.Kind, exception.ProviderCode, exception.RequestId));
        Assert.Equal(15, exception.Usage!.InputTokenCount);
    }

    [Fact]
    public void Read_UnknownEventsAndDeltas_AreIgnored()
    {
        var updates = Stream(Events(
            Start, """{"type":"heartbeat_v2","x":1}""", Begin(0, """{"type":"text","text":""}"""), Delta(0, """{"type":"sparkle_delta","text":"no"}"""), Text(0, "yes"), BlockEnd(0),
            Begin(1, """{"type":"hologram","data":"x"}"""), BlockEnd(1), End, Stop));
        Assert.Equal("yes", updates.ToChatResponse().Text);
    }

    [Fact]
    public void Read_TypeOnlyInTheEventField_IsEnough()
    {
        var updates = Stream("event: content_block_start\ndata: {\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"hi\"}}\n\n");
        Assert.Equal("hi", updates.ToChatResponse().Text);
    }

    [Fact]
    public void Finish_StreamThatBroke_HasNoFinishReasonAndNoHalfCalls()
    {
        var updates = Stream(Events(Start, Begin(0, """{"type":"text","text":""}"""), Text(0, "So"), BlockEnd(0), Begin(1, """{"type":"tool_use","id":"t","name":"f","input":{}}"""), Input(1, "{\\\"a\\\"")), out var reader);
        Assert.False(reader.HasFinishReason);
        Assert.False(reader.IsTerminated);
        Assert.DoesNotContain(updates.SelectMany(update => update.Contents), content => content is FunctionCallContent);
        Assert.Equal(15, updates.ToChatResponse().Usage!.InputTokenCount);
    }

    [Fact]
    public void Finish_StreamWithoutTerminalEvent_GivesUsageAndOpenBlocks()
    {
        var updates = Stream(Events(Start, Begin(0, """{"type":"tool_use","id":"t","name":"f","input":{}}"""), Input(0, "{}"), """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"""), out var reader);
        Assert.True(reader.HasFinishReason);
        Assert.False(reader.IsTerminated);
        Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>());
        Assert.Equal(9, updates.ToChatResponse().Usage!.OutputTokenCount);
    }

    [Fact]
    public void Read_RepeatedEnd_GivesOneFinishReasonAndTheLastUsage()
    {
        var updates = Stream(Events(Start, End, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":25}}""", Stop, Stop));
        Assert.Single(updates, update => update.FinishReason is not null);
        Assert.Equal(25, updates.ToChatResponse().Usage!.OutputTokenCount);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"type":"content_block_delta","index":7,"delta":{"type":"text_delta","text":"x"}}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"\ud83d"}}""")]
    public void Read_Garbage_IsMalformed(string data) =>
        Assert.Equal(BackendErrorKind.MalformedResponse, Assert.Throws<BackendException>(() => Format.CreateStreamReader().Read("message", Encoding.UTF8.GetBytes(data), [])).Kind);

    [Fact]
    public void Read_InvalidUtf8_IsMalformed()
    {
        byte[] data = [.. "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\""u8, 0xFF, .. "\"}}"u8];
        Assert.Equal(BackendErrorKind.MalformedResponse, Assert.Throws<BackendException>(() => Format.CreateStreamReader().Read("message", data, [])).Kind);
    }

    [Fact]
    public void Read_BlockWithoutEnd_IsGivenUp()
    {
        var reader = Format.CreateStreamReader();
        reader.Read("message", Encoding.UTF8.GetBytes(Begin(0, """{"type":"tool_use","id":"t","name":"f","input":{}}""")), []);
        var fragment = Encoding.UTF8.GetBytes(Input(0, new string('x', 4 * 1024 * 1024)));
        var exception = Assert.Throws<BackendException>(() =>
        {
            for (var i = 0; i < 9; i++)
            {
                reader.Read("message", fragment, []);
            }
        });
        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
    }

    private static string Begin(int index, string block) => $$"""{"type":"content_block_start","index":{{index}},"content_block":{{block}}}""";

    private static string Delta(int index, string delta) => $$"""{"type":"content_block_delta","index":{{index}},"delta":{{delta}}}""";

    private static string Text(int index, string text) => Delta(index, $$"""{"type":"text_delta","text":"{{text}}"}""");

    private static string Input(int index, string json) => Delta(index, $$"""{"type":"input_json_delta","partial_json":"{{json}}"}""");

    private static string BlockEnd(int index) => $$"""{"type":"content_block_stop","index":{{index}}}""";
}
