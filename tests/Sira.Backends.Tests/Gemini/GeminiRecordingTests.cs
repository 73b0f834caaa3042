using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini;
using Sira.Errors;
using Sira.Testing;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.Gemini;

/// <summary>Recorded traffic of the real provider, read and written back.</summary>
public class GeminiRecordingTests
{
    private static readonly Dictionary<string, string> Differences = File
        .ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Backends.Tests", "Gemini", "differences.txt"))
        .Where(line => line.Contains('\t'))
        .ToDictionary(line => line.Split('\t')[0], line => line.Split('\t')[1]);

    [Fact]
    public void ReadResponse_RecordedUnary_IsWhatTheSdkMadeOfIt() => ForEach(
        recording => !recording.Streaming && recording.Status == 200 && recording.Expected is not null,
        minimum: 150,
        recording => Compare(recording.Expected!.Value, GeminiTestFormat.Format.ReadResponse(recording.ResponseBody!.Value)));

    [Fact]
    public void StreamReader_RecordedStream_IsWhatTheSdkMadeOfIt() => ForEach(
        recording => recording.Streaming && recording.Status == 200,
        minimum: 20,
        recording =>
        {
            var reader = GeminiTestFormat.Format.CreateStreamReader();
            var updates = GeminiTestFormat.ReadStream(reader, GeminiTestFormat.Events(recording.ResponseBytes));
            return !reader.HasFinishReason ? "no finish reason"
                : updates.Count(update => update.FinishReason is not null) != 1 ? "not one finish reason"
                : Compare(recording.Expected!.Value, updates.ToChatResponse());
        });

    [Fact]
    public void ReadError_RecordedError_HasTheRightKind()
    {
        SkipWithoutRecordings();
        var kinds = RecordingLibrary.Load("generate_content", "google-gemini").Concat(RecordingLibrary.Load("count_tokens", "google-gemini"))
            .Where(recording => recording.Status >= 400)
            .Select(recording => (recording.Status, GeminiTestFormat.Format.ReadError(recording.Status, recording.ResponseBody!.Value).Kind))
            .Order();
        Assert.Equal([(400, BackendErrorKind.Authentication), (404, BackendErrorKind.ModelNotFound)], kinds);
    }

    [Fact]
    public void RequestReader_RecordedRequest_IsWrittenAsItWas() => ForEach(
        _ => true,
        minimum: 200,
        recording =>
        {
            var request = GeminiRequestReader.Read(recording.RequestBody, recording.Model!, recording.Streaming);
            var written = GeminiTestFormat.Write(request.Messages, request.Options, request.ModelId);
            var expected = GeminiRequestNormalizer.Normalize(JsonNode.Parse(recording.RequestBody.GetRawText())!);
            var actual = GeminiRequestNormalizer.Normalize(JsonNode.Parse(written)!);
            return GeminiTestFormat.FindDifference(expected, actual);
        });

    [Fact]
    public void RequestReader_RecordedConversation_SurvivesStorage() => ForEach(
        recording => recording.RequestBody.GetRawText().Contains("thoughtSignature", StringComparison.Ordinal) && !recording.RequestBody.GetRawText().Contains("toolCall", StringComparison.Ordinal),
        minimum: 50,
        recording =>
        {
            // A session that is stored and loaded loses raw representations, and nothing else.
            var request = GeminiRequestReader.Read(recording.RequestBody, recording.Model!, recording.Streaming);
            var type = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(List<ChatMessage>));
            var stored = JsonSerializer.Serialize(request.Messages.ToList(), type);
            var loaded = (List<ChatMessage>)JsonSerializer.Deserialize(stored, type)!;
            var written = JsonNode.Parse(GeminiTestFormat.Write(request.Messages, null, request.ModelId));
            var rewritten = JsonNode.Parse(GeminiTestFormat.Write(loaded, null, request.ModelId));
            return GeminiTestFormat.FindDifference(written, rewritten);
        });

    [Fact]
    public void Embeddings_Recorded_AreReadAndWritten()
    {
        SkipWithoutRecordings();
        var recordings = RecordingLibrary.Load("embeddings", "google-gemini");
        Assert.NotEmpty(recordings);
        var format = new GeminiEmbeddingWireFormat();
        foreach (var recording in recordings)
        {
            Assert.EndsWith(format.GetPath(recording.Model!), recording.Url, StringComparison.Ordinal);
            var asked = recording.RequestBody.GetProperty("requests")[0];
            var raw = new JsonObject();
            if (asked.TryGetProperty("taskType", out var task))
            {
                raw["taskType"] = task.GetString();
            }

            var options = new EmbeddingGenerationOptions { Dimensions = asked.GetProperty("outputDimensionality").GetInt32(), RawRepresentationFactory = _ => raw };
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                format.WriteRequest(writer, recording.Model!, [asked.GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()!], options);
            }

            GeminiTestFormat.AssertJson(recording.RequestBody.GetRawText(), Encoding.UTF8.GetString(buffer.WrittenSpan));
            var embeddings = format.ReadResponse(recording.ResponseBody!.Value, 1);
            Assert.Equal(768, embeddings[0].Dimensions);
            Assert.Equal(recording.ResponseBody.Value.GetProperty("embeddings")[0].GetProperty("values")[767].GetSingle(), embeddings[0].Vector.Span[767]);
        }
    }

    private static void ForEach(Func<Recording, bool> filter, int minimum, Func<Recording, string?> check, [CallerMemberName] string test = "")
    {
        SkipWithoutRecordings();
        var recordings = RecordingLibrary.Load("generate_content", "google-gemini").Where(filter).ToList();
        Assert.True(recordings.Count >= minimum, $"Only {recordings.Count} recordings.");
        var failures = new List<string>();
        foreach (var recording in recordings)
        {
            string? difference;
            try
            {
                difference = check(recording);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                difference = exception.ToString();
            }

            if (Differences.TryGetValue($"{test}:{recording.Id}", out var reason))
            {
                difference = difference is null ? $"is listed as different ({reason}) and is not" : null;
            }

            if (difference is not null)
            {
                failures.Add($"{recording.Id}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {recordings.Count}:{Environment.NewLine}{string.Join(Environment.NewLine, failures.Take(12))}");
    }

    private static string? Compare(JsonElement expected, ChatResponse response)
    {
        var contents = response.Messages.SelectMany(message => message.Contents).ToList();
        var reasoning = string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text));
        var calls = contents.OfType<FunctionCallContent>().ToList();
        var expectedCalls = expected.GetProperty("tool_calls").EnumerateArray().ToList();
        var usage = expected.GetProperty("usage");
        var finish = expected.GetProperty("finish").GetString() switch
        {
            "STOP" => expectedCalls.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            "MAX_TOKENS" => ChatFinishReason.Length,
            var other => throw new InvalidOperationException($"The SDK's finish {other} is not known to the test."),
        };
        var text = string.Concat(contents.OfType<TextContent>().Select(content => content.Text));
        return text != expected.GetProperty("text").GetString() ? $"text {text}"
            : reasoning != (expected.GetProperty("reasoning").GetString() ?? string.Empty) ? $"reasoning {reasoning}"
            : response.FinishReason != finish ? $"finish {response.FinishReason}"
            : calls.Count != expectedCalls.Count || !calls.Zip(expectedCalls).All(pair => IsSame(pair.First, pair.Second)) ? "calls"
            : calls.Select(call => call.CallId).Distinct().Count() != calls.Count ? "call ids"
            : response.Usage?.InputTokenCount != Sum(usage, "promptTokenCount", "toolUsePromptTokenCount") ? $"input {response.Usage?.InputTokenCount}"
            : response.Usage?.OutputTokenCount != Sum(usage, "candidatesTokenCount", "thoughtsTokenCount") ? $"output {response.Usage?.OutputTokenCount}"
            : response.Usage?.ReasoningTokenCount != Sum(usage, "thoughtsTokenCount") ? $"reasoning tokens {response.Usage?.ReasoningTokenCount}"
            : response.Usage?.CachedInputTokenCount != Sum(usage, "cachedContentTokenCount") ? $"cached {response.Usage?.CachedInputTokenCount}"
            : response.Usage?.TotalTokenCount != Sum(usage, "totalTokenCount") ? $"total {response.Usage?.TotalTokenCount}"
            : response.ModelId is null ? "no model"
            : null;
    }

    private static bool IsSame(FunctionCallContent call, JsonElement expected)
    {
        var id = expected.GetProperty("id").GetString();
        var arguments = JsonSerializer.SerializeToNode(call.Arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));
        return call.Name == expected.GetProperty("name").GetString() && (id is null || id == call.CallId)
            && JsonNode.DeepEquals(arguments, JsonNode.Parse(expected.GetProperty("arguments").GetString()!));
    }

    private static long? Sum(JsonElement usage, params string[] names)
    {
        long? sum = null;
        foreach (var name in names)
        {
            if (usage.TryGetProperty(name, out var count))
            {
                sum = (sum ?? 0) + count.GetInt64();
            }
        }

        return sum;
    }

    private static void SkipWithoutRecordings()
    {
        if (RecordingLibrary.Folder is null)
        {
            Assert.Skip(RecordingLibrary.MissingReason);
        }
    }
}
