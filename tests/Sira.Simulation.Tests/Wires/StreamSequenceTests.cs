using System.Text.Json;
using Sira.Simulation.Answers;

namespace Sira.Simulation.Tests.Wires;

/// <summary>The streams event by event, against sequences written by hand from the providers' documentation.</summary>
public sealed class StreamSequenceTests
{
    private static readonly SimulatedAnswer Everything = new() { Text = "a b", Reasoning = "hm", ToolCalls = [new("f", """{"x":1}""") { Id = "id-1" }] };

    [Fact]
    public async Task Chat_WithUsage_EndsWithFinishThenUsageThenDone()
    {
        var text = await StreamAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hi", stream: true, ""","stream_options":{"include_usage":true}"""), "a b");
        var events = ServerSentEvents.Parse(text);

        Assert.All(events, static item => Assert.Null(item.Name));
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        var chunks = ServerSentEvents.Json(text);
        Assert.Equal(5, chunks.Count);
        Assert.Equal("assistant", Delta(0).GetProperty("role").GetString());
        Assert.Equal(("a", " b"), (Delta(1).GetProperty("content").GetString(), Delta(2).GetProperty("content").GetString()));
        Assert.Equal("stop", chunks[3].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(chunks.Take(4), static chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[4].GetProperty("choices").GetArrayLength());
        Assert.Equal((5, 2, 7), (Usage("prompt_tokens"), Usage("completion_tokens"), Usage("total_tokens")));

        JsonElement Delta(int index) => chunks[index].GetProperty("choices")[0].GetProperty("delta");
        int Usage(string name) => chunks[4].GetProperty("usage").GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Chat_WithoutUsageAsked_HasNone() =>
        Assert.DoesNotContain("usage", await StreamAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hi", stream: true), "a"), StringComparison.Ordinal);

    [Fact]
    public async Task Responses_WithEverything_FollowTheDocumentedSequence()
    {
        var text = await StreamAsync(SimulationClient.ResponsesPath, SimulationClient.Responses("Hi", stream: true, ""","reasoning":{"summary":"auto"}"""), Everything);
        var events = ServerSentEvents.Parse(text);

        Assert.Equal(
            [
                "response.created", "response.in_progress",
                "response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done",
                "response.output_item.added", .. Enumerable.Repeat("response.function_call_arguments.delta", 7), "response.function_call_arguments.done", "response.output_item.done",
                "response.completed",
            ],
            events.Select(static item => item.Name));
        var json = ServerSentEvents.Json(text);
        Assert.Equal(events.Select(static item => item.Name), json.Select(static item => item.GetProperty("type").GetString()));
        Assert.Equal(Enumerable.Range(0, json.Count), json.Select(static item => item.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(["reasoning", "message", "function_call"], json[^1].GetProperty("response").GetProperty("output").EnumerateArray().Select(static item => item.GetProperty("type").GetString()));
        Assert.Equal("id-1", json[^1].GetProperty("response").GetProperty("output")[2].GetProperty("call_id").GetString());
    }

    [Fact]
    public async Task Messages_WithEverything_FollowTheDocumentedSequence()
    {
        var text = await StreamAsync(SimulationClient.MessagesPath, SimulationClient.Messages("Hi", stream: true, ""","thinking":{"type":"adaptive"}"""), Everything);
        var json = ServerSentEvents.Json(text);

        Assert.Equal(
            [
                "message_start",
                "content_block_start thinking", "ping", "content_block_delta thinking_delta", "content_block_delta signature_delta", "content_block_stop",
                "content_block_start text", "content_block_delta text_delta", "content_block_delta text_delta", "content_block_stop",
                "content_block_start tool_use", .. Enumerable.Repeat("content_block_delta input_json_delta", 8), "content_block_stop",
                "message_delta", "message_stop",
            ],
            json.Select(static item => $"{item.GetProperty("type")} {Inner(item)}".Trim()));
        Assert.Equal(ServerSentEvents.Parse(text).Select(static item => item.Name), json.Select(static item => item.GetProperty("type").GetString()));
        Assert.Equal([0, 1, 2], json.Where(static item => item.GetProperty("type").ValueEquals("content_block_stop")).Select(static item => item.GetProperty("index").GetInt32()));
        Assert.Equal("tool_use", json[^2].GetProperty("delta").GetProperty("stop_reason").GetString());

        static string? Inner(JsonElement item) =>
            item.TryGetProperty("content_block", out var block) ? block.GetProperty("type").GetString()
            : item.TryGetProperty("delta", out var delta) && delta.TryGetProperty("type", out var type) ? type.GetString() : null;
    }

    [Fact]
    public async Task Gemini_WithEverything_BreaksLinesWithCrLfAndFinishesInTheLastChunk()
    {
        var text = await StreamAsync(SimulationClient.GeminiStreamPath, SimulationClient.Gemini("Hi", ""","generationConfig":{"thinkingConfig":{"includeThoughts":true}}"""), Everything);
        var json = ServerSentEvents.Json(text);

        Assert.Equal(text.Count(static c => c == '\n'), text.Split("\r\n").Length - 1);
        Assert.EndsWith("}\r\n\r\n", text, StringComparison.Ordinal);
        var parts = json.Select(static item => item.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0]).ToList();
        Assert.Equal(4, parts.Count);
        Assert.True(parts[0].GetProperty("thought").GetBoolean());
        Assert.Equal(("a", " b"), (parts[1].GetProperty("text").GetString(), parts[2].GetProperty("text").GetString()));
        Assert.Equal(1, parts[3].GetProperty("functionCall").GetProperty("args").GetProperty("x").GetInt32());
        Assert.Equal([false, false, false, true], json.Select(static item => item.GetProperty("candidates")[0].TryGetProperty("finishReason", out _)));
    }

    private static async Task<string> StreamAsync(string path, string body, SimulatedAnswer answer)
    {
        using var client = SimulationClient.For(new SimulatedProvider().Respond(answer));
        return await client.ReadAsync(path, body);
    }
}
