using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Http;
using Sira.Backends.OpenAIChat;
using Sira.Errors;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.OpenAIChat;

/// <summary>What real providers answered, read by the wire, against what the provider's own SDK made of it.</summary>
public sealed class OpenAIChatRecordedResponseTests
{
    [Fact]
    public async Task Read_RecordedAnswers_AgreesWithTheSdk()
    {
        var recordings = RecordingLibrary.Load("chat_completions", RecordedDialects.Providers).Where(static recording => recording.Expected is not null).ToList();
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        var differences = new Dictionary<string, string>();
        foreach (var recording in recordings)
        {
            if (await CompareAsync(recording) is { } difference)
            {
                differences[recording.Id] = difference;
            }
        }

        KnownDifferences.Check("response", differences, recordings.Select(static recording => recording.Id));
    }

    private static async Task<string?> CompareAsync(Recording recording)
    {
        var expected = recording.Expected!.Value;
        var error = expected.TryGetProperty("error", out var sdkError);
        ChatResponse response;
        try
        {
            response = await ReadAsync(recording);
        }
        catch (BackendException exception)
        {
            return error ? CompareError(recording, sdkError, exception.Kind) : $"threw {exception.Kind}: {exception.Message}";
        }

        if (error)
        {
            // Azure's filter left the message out, over which the SDK's user stumbles.
            return sdkError.GetProperty("class").GetString() == "TypeError" && response.FinishReason == ChatFinishReason.ContentFilter ? null : "should have thrown";
        }

        var message = response.Messages[0];
        var text = response.Text;
        var reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(static content => content.Text));
        var calls = message.Contents.OfType<FunctionCallContent>().ToList();
        return Differs("text", Text(expected, "text"), text)
            ?? Differs("reasoning", Text(expected, "reasoning"), reasoning)
            ?? Differs("finish", MapFinish(Text(expected, "finish")), response.FinishReason?.Value ?? string.Empty)
            ?? (Text(expected, "finish") == "function_call" ? Differs("calls", 1, calls.Count) : CompareCalls(expected.GetProperty("tool_calls"), calls))
            ?? CompareUsage(expected.GetProperty("usage"), response.Usage);
    }

    private static async Task<ChatResponse> ReadAsync(Recording recording)
    {
        var wire = new OpenAIChatWireFormat(RecordedDialects.For(recording.Provider));
        if (recording.Status != 200)
        {
            var error = wire.ReadError(recording.Status, recording.ResponseBody!.Value);
            throw new BackendException(error.Kind ?? BackendErrorClassifier.FromStatus(recording.Status), error.Message ?? string.Empty);
        }

        if (recording.ResponseEvents is null)
        {
            return wire.ReadResponse(recording.ResponseBody!.Value);
        }

        var reader = wire.CreateStreamReader();
        var updates = new List<ChatResponseUpdate>();
        var events = SseParser.Create(new MemoryStream(recording.ResponseBytes), (type, data) =>
        {
            reader.Read(type, data, updates);
            return true;
        });
        await foreach (var _ in events.EnumerateAsync())
        {
        }

        reader.Finish(updates);
        return updates.ToChatResponse();
    }

    private static string? CompareError(Recording recording, JsonElement sdkError, BackendErrorKind actual)
    {
        var expected = sdkError.GetProperty("class").GetString() switch
        {
            "AuthenticationError" => BackendErrorKind.Authentication,
            "NotFoundError" => BackendErrorKind.ModelNotFound,
            "RateLimitError" => BackendErrorKind.RateLimited,
            "BadRequestError" when sdkError.GetProperty("message").GetString()!.Contains("context length", StringComparison.Ordinal) => BackendErrorKind.ContextLength,
            // The generation failed, not the request.
            "BadRequestError" or "APIError" when sdkError.GetProperty("code").ToString() == "tool_use_failed" => BackendErrorKind.ServerError,
            "BadRequestError" or "APIError" => BackendErrorKind.BadRequest,
            var other => throw new InvalidOperationException(other),
        };
        return expected == actual ? null : $"kind {actual} for {recording.Status}, expected {expected}";
    }

    private static string? CompareCalls(JsonElement expected, List<FunctionCallContent> calls)
    {
        var wanted = expected.EnumerateArray().ToList();
        if (wanted.Count != calls.Count)
        {
            return $"{calls.Count} calls, expected {wanted.Count}";
        }

        for (var i = 0; i < calls.Count; i++)
        {
            var arguments = JsonSerializer.SerializeToNode(calls[i].Arguments, AIJsonUtilities.DefaultOptions);
            var raw = wanted[i].GetProperty("arguments").GetString();
            if (calls[i].Name != wanted[i].GetProperty("name").GetString()
                || (calls[i].Exception is null && !JsonNode.DeepEquals(arguments, JsonNode.Parse(string.IsNullOrEmpty(raw) ? "{}" : raw))))
            {
                return $"call {calls[i].Name}({arguments}), expected {wanted[i]}";
            }
        }

        return null;
    }

    private static string? CompareUsage(JsonElement expected, UsageDetails? usage)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            return usage is null ? null : "usage, expected none";
        }

        if (usage is null)
        {
            return "no usage";
        }

        var prompt = Count(expected, "prompt_tokens");
        var completion = Count(expected, "completion_tokens");
        var total = Count(expected, "total_tokens");
        var cached = Detail(expected, "prompt_tokens_details", "cached_tokens") ?? Count(expected, "prompt_cache_hit_tokens") ?? Count(expected, "num_cached_tokens");
        var reasoning = Detail(expected, "completion_tokens_details", "reasoning_tokens");
        // Some count reasoning apart from the completion, and only the total shows it.
        completion = reasoning > 0 && total == prompt + completion + reasoning ? completion + reasoning : completion;
        return Differs("input", prompt, usage.InputTokenCount) ?? Differs("output", completion, usage.OutputTokenCount) ?? Differs("total", total, usage.TotalTokenCount)
            ?? Differs("cached", cached, usage.CachedInputTokenCount) ?? Differs("reasoning", reasoning, usage.ReasoningTokenCount);
    }

    private static string MapFinish(string finish) => finish switch
    {
        "function_call" => "tool_calls",
        "model_length" => "length",
        _ => finish,
    };

    private static long? Detail(JsonElement usage, string group, string name) =>
        usage.TryGetProperty(group, out var details) && details.ValueKind == JsonValueKind.Object ? Count(details, name) : null;

    private static long? Count(JsonElement usage, string name) => usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static string Text(JsonElement expected, string name) => expected.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : string.Empty;

    private static string? Differs<T>(string what, T expected, T actual) => Equals(expected, actual) ? null : $"{what} '{actual}', expected '{expected}'";
}
