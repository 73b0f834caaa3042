using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire.Json;
using Sira.Errors;
using Sira.Models;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.OpenAIResponses;

/// <summary>Every response that a provider sent, unary or streamed, gives what the official SDK makes of it.</summary>
public sealed class RecordedResponseTests
{
    [Fact]
    public void Read_OfEveryRecordedAnswer_GivesWhatTheSdkGives()
    {
        var recordings = RecordingLibrary.Load("responses").Where(recording => recording is { Status: 200, Expected: not null }).ToList();
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        RecordedDifferences.Check("response", recordings, recording =>
        {
            var response = Read(recording);
            return Compare(recording.Expected!.Value, response) ?? CompareReasoning(recording, response);
        });
    }

    [Fact]
    public void Read_OfEveryRecordedStream_GivesTheSameAsItsFinalResponse()
    {
        var recordings = RecordingLibrary.Load("responses").Where(recording => recording.ResponseEvents is not null).ToList();
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        RecordedDifferences.Check("stream", recordings, recording =>
        {
            var streamed = Read(recording);
            var final = recording.ResponseEvents!.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["data: ".Length..]))
                .Last(data => data.GetStringOrNull("type") == "response.completed").GetProperty("response");
            if (final.GetProperty("output").GetArrayLength() == 0)
            {
                return null;
            }

            var whole = OpenAIResponsesResponseReader.Read(final);
            var (expected, actual) = (Describe(whole), Describe(streamed));
            if (expected == actual)
            {
                // The next turn gives back the same, whichever way the answer came.
                (expected, actual) = (DescribeHistory(whole), DescribeHistory(streamed));
            }

            return expected == actual ? null : $"expected {expected}\n  actual {actual}";
        });
    }

    [Fact]
    public void ReadError_OfEveryRecordedError_GivesItsKind()
    {
        var recordings = RecordingLibrary.Load("responses").Where(recording => recording.Status >= 400).ToList();
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        RecordedDifferences.Check("error", recordings, recording =>
        {
            var error = new OpenAIResponsesWireFormat().ReadError(recording.Status, recording.ResponseBody!.Value);
            var message = recording.Expected!.Value.GetProperty("error").GetStringOrNull("message")!;
            BackendErrorKind? expected =
                message.Contains("API key", StringComparison.Ordinal) ? BackendErrorKind.Authentication
                : message.Contains("context window", StringComparison.Ordinal) ? BackendErrorKind.ContextLength
                : message.Contains("does not exist", StringComparison.Ordinal) ? BackendErrorKind.ModelNotFound
                : recording.Expected.Value.GetProperty("error").GetStringOrNull("code") is "unsupported_file" or "invalid_value" ? BackendErrorKind.BadRequest
                : null;
            

            // The SDK puts the status before the message, and the file cuts long ones.
            message = message[(message.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim('"');
            return error.Kind == expected && error.Message!.StartsWith(message, StringComparison.Ordinal) ? null : $"expected {expected}, actual {error}";
        });
    }

    private static ChatResponse Read(Recording recording)
    {
        if (recording.ResponseEvents is null)
        {
            return new OpenAIResponsesWireFormat().ReadResponse(recording.ResponseBody!.Value);
        }

        var updates = ResponsesWire.StreamSse(recording.ResponseBytes, out var reader);
        Assert.True(reader.IsTerminated);
        Assert.True(reader.HasFinishReason);
        Assert.Single(updates, update => update.FinishReason is not null);
        return updates.ToChatResponse();
    }

    private static string? Compare(JsonElement expected, ChatResponse response)
    {
        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        var expectedCalls = expected.EnumerateArrayOrEmpty("tool_calls").ToList();
        var clientActs = response.Messages.SelectMany(message => message.Contents).Any(content =>
            content.RawRepresentation is JsonElement raw && ResponsesItemTypes.CountClientCalls(raw) > 0);
        ChatFinishReason? finish = expected.GetStringOrNull("finish") switch
        {
            "completed" or "complete" => clientActs ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            "queued" => null,
            var other => new ChatFinishReason(other!),
        };
        if (response.FinishReason != finish)
        {
            return $"finish: expected {finish}, actual {response.FinishReason}";
        }

        var text = string.Concat(response.Messages.Select(message => message.Text));
        if (text != expected.GetStringOrNull("text"))
        {
            return $"text: expected '{expected.GetStringOrNull("text")}', actual '{text}'";
        }

        if (calls.Count != expectedCalls.Count)
        {
            return $"{expectedCalls.Count} calls expected, {calls.Count} read";
        }

        for (var i = 0; i < calls.Count; i++)
        {
            var arguments = JsonElement.Parse(WireJson.SerializeArguments(calls[i].Arguments));
            if (calls[i].CallId != expectedCalls[i].GetStringOrNull("id") || calls[i].Name != expectedCalls[i].GetStringOrNull("name")
                || !JsonElement.DeepEquals(arguments, JsonElement.Parse(expectedCalls[i].GetStringOrNull("arguments")!)))
            {
                return $"call {i}: expected {expectedCalls[i].GetRawText()}, actual {calls[i].CallId} {calls[i].Name} {arguments.GetRawText()}";
            }
        }

        return CompareUsage(expected, response.Usage);
    }

    private static string? CompareUsage(JsonElement expected, UsageDetails? usage)
    {
        if (!expected.TryGetObject("usage", out var wanted))
        {
            return usage is null ? null : "usage read where none was reported";
        }

        if (usage is null)
        {
            return "no usage read";
        }

        _ = wanted.TryGetObject("input_tokens_details", out var input);
        _ = wanted.TryGetObject("output_tokens_details", out var output);
        var same = usage.InputTokenCount == wanted.GetInt64OrNull("input_tokens")
            && usage.OutputTokenCount == wanted.GetInt64OrNull("output_tokens")
            && usage.TotalTokenCount == wanted.GetInt64OrNull("total_tokens")
            && usage.CachedInputTokenCount == input.GetInt64OrNull("cached_tokens")
            && usage.GetCacheWriteInputTokens() == input.GetInt64OrNull("cache_write_tokens")
            && usage.ReasoningTokenCount == output.GetInt64OrNull("reasoning_tokens");
        return same ? null : $"usage: expected {wanted.GetRawText()}, actual {usage.InputTokenCount} {usage.OutputTokenCount} {usage.TotalTokenCount}";
    }

    // The SDK's view has no reasoning: compared with what the output items themselves say.
    private static string? CompareReasoning(Recording recording, ChatResponse response)
    {
        if (recording.ResponseBody is not { ValueKind: JsonValueKind.Object } body)
        {
            return null;
        }

        var expected = new StringBuilder();
        foreach (var item in body.EnumerateArrayOrEmpty("output").Where(item => item.GetStringOrNull("type") == "reasoning"))
        {
            var summary = item.EnumerateArrayOrEmpty("summary").Select(part => part.GetStringOrNull("text")).ToList();
            var content = item.EnumerateArrayOrEmpty("content").Select(part => part.GetStringOrNull("text")).ToList();
            expected.Append(string.Join("\n\n", summary.Count > 0 ? summary : content)).Append('|').Append(item.GetStringOrNull("encrypted_content")).Append('\n');
        }

        var actual = string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => $"{content.Text}|{content.ProtectedData}\n"));
        return expected.ToString() == actual ? null : $"reasoning: expected '{expected}', actual '{actual}'";
    }

    private static string Describe(ChatResponse response)
    {
        var builder = new StringBuilder();
        builder.Append(response.ResponseId).Append(' ').Append(response.ModelId).Append(' ').Append(response.ConversationId).Append(' ').Append(response.CreatedAt).Append(' ').Append(response.FinishReason).Append('\n');
        foreach (var message in response.Messages)
        {
            builder.Append(message.Role).Append(' ').Append(message.MessageId).Append('\n');
            foreach (var content in message.Contents)
            {
                if (content is TextContent { Text.Length: 0, Annotations.Count: > 0 })
                {
                    // A stream brings the annotations of a text after it.
                    builder.Length--;
                    builder.Append(string.Concat(content.Annotations.OfType<CitationAnnotation>().Select(Describe))).Append('\n');
                    continue;
                }

                builder.Append("  ").Append(content.GetType().Name).Append(' ').Append(content switch
                {
                    TextContent text => text.Text + string.Concat((text.Annotations ?? []).OfType<CitationAnnotation>().Select(Describe)),
                    TextReasoningContent reasoning => $"{reasoning.Text} {reasoning.ProtectedData is not null}", // Encrypted anew for the final response.
                    FunctionCallContent call => $"{call.CallId} {call.Name} {WireJson.SerializeArguments(call.Arguments)}",
                    _ => (content.RawRepresentation as JsonElement?)?.GetRawText(),
                }).Append('\n');
            }
        }

        return builder.ToString();
    }

    private static string Describe(CitationAnnotation citation) =>
        $" [{citation.Url}{citation.FileId} {citation.Title} {string.Join(',', (citation.AnnotatedRegions ?? []).OfType<TextSpanAnnotatedRegion>().Select(region => $"{region.StartIndex}-{region.EndIndex}"))}]";

    private static string DescribeHistory(ChatResponse response)
    {
        var input = (JsonArray)JsonNode.Parse(ResponsesWire.Write([.. response.Messages]).GetProperty("input").GetRawText())!;
        foreach (var item in input.Where(item => (string?)item!["type"] == "reasoning").Cast<JsonObject>())
        {
            // Encrypted anew for the final response; the status and an empty or absent content say nothing; a summary streamed in parts is given back as one.
            item["encrypted_content"] = item["encrypted_content"] is not null;
            item.Remove("status");
            if (item["content"] is null or JsonArray { Count: 0 })
            {
                item.Remove("content");
            }

            item["summary"] = string.Join("\n\n", item["summary"]!.AsArray().Select(part => (string?)part!["text"]));
        }

        return string.Join("\n", input.Select(item => string.Join(", ", ((JsonObject)item!).OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}: {member.Value?.ToJsonString()}"))));
    }
}
