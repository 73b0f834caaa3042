using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic;
using Sira.Errors;
using Sira.Models;
using Sira.Testing;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicRecordingTests
{
    private static readonly IReadOnlyList<Recording> Recordings = RecordingLibrary.Load("messages", "anthropic");

    private static Dictionary<string, string> Differences => File.ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Backends.Tests", "Anthropic", "differences.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('\t', 2))
        .ToDictionary(parts => parts[0], parts => parts[1]);

    [Fact]
    public void Read_RecordedResponses_GiveWhatTheSdkMadeOfThem() => CheckAll("response", recording => recording.Expected is not null, CompareResponse);

    [Fact]
    public void Read_RecordedRequests_AreWrittenBackAsTheyWere() => CheckAll("request", recording => recording.RequestBody.ValueKind == JsonValueKind.Object, CompareRequest);

    [Fact]
    public void Read_RecordedResponses_AreWrittenBackAsTheProviderSentThem() =>
        CheckAll("replay", recording => recording.Status == 200 && recording.ResponseBody is { ValueKind: JsonValueKind.Object }, CompareReplay);

    private static void CheckAll(string aspect, Func<Recording, bool> filter, Func<Recording, string?> compare)
    {
        Assert.SkipWhen(RecordingLibrary.Folder is null, RecordingLibrary.MissingReason);
        var differences = Differences;
        var failures = new List<string>();
        var compared = 0;
        foreach (var recording in Recordings.Where(filter))
        {
            compared++;
            string? difference;
            try
            {
                difference = compare(recording);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                difference = exception.ToString();
            }

            var listed = differences.ContainsKey($"{aspect}:{recording.Id}");
            if (difference is not null && !listed)
            {
                failures.Add($"{recording.Id}\n   {difference}");
            }
            else if (difference is null && listed)
            {
                failures.Add($"{recording.Id} is listed in differences.txt and no longer differs");
            }
        }

        Assert.True(compared > 0, "No recording was compared.");
        Assert.True(failures.Count == 0, $"{failures.Count} of {compared} differ:\n{string.Join('\n', failures.Take(12))}");
    }

    private static string? CompareResponse(Recording recording)
    {
        var expected = recording.Expected!.Value;
        if (expected.TryGetProperty("error", out var error))
        {
            var read = AnthropicWire.Format.ReadError(recording.Status, recording.ResponseBody!.Value);
            return read.Kind == BackendErrorKind.BadRequest && error.GetProperty("message").GetString()!.Contains(read.Message!, StringComparison.Ordinal) ? null : $"error was {read}";
        }

        ChatResponse response;
        if (recording.ResponseEvents is { } events)
        {
            var updates = AnthropicWire.Stream(events, out var reader);
            if (!reader.IsTerminated || !reader.HasFinishReason || updates.Count(update => update.FinishReason is not null) != 1)
            {
                return "the stream did not end once";
            }

            response = updates.ToChatResponse();
        }
        else
        {
            response = AnthropicWire.Format.ReadResponse(recording.ResponseBody!.Value);
        }

        var contents = response.Messages.SelectMany(message => message.Contents).ToList();
        var usage = expected.GetProperty("usage");
        return Differ("text", expected.GetProperty("text").GetString(), response.Text)
            ?? Differ("reasoning", Text(expected.GetProperty("reasoning")), NullIfEmpty(string.Concat(contents.OfType<TextReasoningContent>().Select(reasoning => reasoning.Text))))
            ?? DifferCalls(expected.GetProperty("tool_calls"), contents.OfType<FunctionCallContent>().ToList())
            ?? Differ("finish", Finish(Text(expected.GetProperty("finish"))), response.FinishReason?.Value)
            ?? Differ("input", Input(usage), response.Usage?.InputTokenCount)
            ?? Differ("output", Billed(usage, "output_tokens"), response.Usage?.OutputTokenCount)
            ?? Differ("cached", Billed(usage, "cache_read_input_tokens"), response.Usage?.CachedInputTokenCount)
            ?? Differ("written", Billed(usage, "cache_creation_input_tokens"), response.Usage?.GetCacheWriteInputTokens())
            ?? Differ("updates", true, response.ResponseId is not null && response.ModelId is not null && response.CreatedAt is not null && response.Messages.Count == 1);
    }

    private static string? DifferCalls(JsonElement expected, List<FunctionCallContent> calls)
    {
        if (expected.GetArrayLength() != calls.Count)
        {
            return $"{calls.Count} calls instead of {expected.GetArrayLength()}";
        }

        for (var i = 0; i < calls.Count; i++)
        {
            var arguments = JsonSerializer.SerializeToNode(calls[i].Arguments, AIJsonUtilities.DefaultOptions);
            if (expected[i].GetProperty("id").GetString() != calls[i].CallId
                || expected[i].GetProperty("name").GetString() != calls[i].Name
                || !JsonNode.DeepEquals(JsonNode.Parse(expected[i].GetProperty("arguments").GetString()!), arguments))
            {
                return $"call {i} was {calls[i].Name}({arguments}) instead of {expected[i]}";
            }
        }

        return null;
    }

    private static string? CompareRequest(Recording recording)
    {
        var expected = AnthropicNormalization.Normalize(recording.RequestBody);
        var actual = AnthropicNormalization.Normalize(JsonElement.Parse(AnthropicWire.Write(AnthropicRequestReader.Read(recording.RequestBody)).ToJsonString()));
        return JsonNode.DeepEquals(expected, actual) ? null : FirstDifference(expected, actual, "$");
    }

    /// <summary>An answer that goes back as history must be the blocks that came: the provider checks signatures and encrypted parts.</summary>
    private static string? CompareReplay(Recording recording)
    {
        var body = recording.ResponseBody!.Value;
        // Something follows, or the answer would be the beginning of another.
        var next = JsonNode.Parse("""{"role":"user","content":[{"type":"text","text":"Next"}]}""")!;
        var message = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "assistant", ["content"] = JsonNode.Parse(body.GetProperty("content").GetRawText()) }, next) };
        var written = AnthropicWire.Write([.. AnthropicWire.Format.ReadResponse(body).Messages, new(ChatRole.User, "Next")]);
        var expected = AnthropicNormalization.Normalize(JsonElement.Parse(message.ToJsonString()))!["messages"];
        var actual = AnthropicNormalization.Normalize(JsonElement.Parse(written.ToJsonString()))!["messages"];
        return JsonNode.DeepEquals(expected, actual) ? null : FirstDifference(expected, actual, "$");
    }

    private static string? FirstDifference(JsonNode? expected, JsonNode? actual, string path)
    {
        if (expected is JsonObject left && actual is JsonObject right)
        {
            return left.Select(member => member.Key).Union(right.Select(member => member.Key))
                .Where(name => !JsonNode.DeepEquals(left[name], right[name]) || left.ContainsKey(name) != right.ContainsKey(name))
                .Select(name => FirstDifference(left[name], right[name], $"{path}.{name}")).FirstOrDefault();
        }

        if (expected is JsonArray one && actual is JsonArray other && one.Count == other.Count)
        {
            var index = Enumerable.Range(0, one.Count).First(i => !JsonNode.DeepEquals(one[i], other[i]));
            return FirstDifference(one[index], other[index], $"{path}[{index}]");
        }

        return $"{path}: expected {Cut(expected)} but was {Cut(actual)}";
    }

    private static string Cut(JsonNode? node) => node?.ToJsonString() is { } json ? json[..Math.Min(json.Length, 600)] : "nothing";

    private static string? Differ<T>(string what, T expected, T actual) => EqualityComparer<T>.Default.Equals(expected, actual) ? null : $"{what}: expected '{expected}' but was '{actual}'";

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string? Finish(string? reason) => reason switch
    {
        "end_turn" or "stop_sequence" => "stop",
        "tool_use" => "tool_calls",
        "max_tokens" => "length",
        "refusal" => "content_filter",
        _ => reason,
    };

    private static long? Input(JsonElement usage) =>
        Billed(usage, "input_tokens") + (Billed(usage, "cache_read_input_tokens") ?? 0) + (Billed(usage, "cache_creation_input_tokens") ?? 0);

    /// <summary>The SDK's total plus the passes that it reports beside the total.</summary>
    private static long? Billed(JsonElement usage, string name)
    {
        long? total = usage.TryGetProperty(name, out var count) && count.ValueKind == JsonValueKind.Number ? count.GetInt64() : null;
        if (usage.TryGetProperty("iterations", out var iterations) && iterations.ValueKind == JsonValueKind.Array)
        {
            total += iterations.EnumerateArray().Where(iteration => iteration.GetProperty("type").GetString() == "compaction").Sum(iteration => iteration.GetProperty(name).GetInt64());
        }

        return total;
    }
}
