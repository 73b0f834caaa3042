using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Testing.Recordings;

namespace Sira.Simulation.Tests.Wires;

/// <summary>What every real answer of a case has, the simulated one has; what the simulated one has, some real answer has, of the same kind.</summary>
public sealed class RecordedShapeTests
{
    [Theory]
    [InlineData("openai", "chat_completions", "chat", false, false)]
    [InlineData("openai", "chat_completions", "chat", false, true)]
    [InlineData("openai", "chat_completions", "chat", true, false)]
    [InlineData("openai", "chat_completions", "chat", true, true)]
    [InlineData("openai", "responses", "responses", false, false)]
    [InlineData("openai", "responses", "responses", false, true)]
    [InlineData("openai", "responses", "responses", true, false)]
    [InlineData("openai", "responses", "responses", true, true)]
    [InlineData("anthropic", "messages", "messages", false, false)]
    [InlineData("anthropic", "messages", "messages", false, true)]
    [InlineData("anthropic", "messages", "messages", true, false)]
    [InlineData("anthropic", "messages", "messages", true, true)]
    [InlineData("google-gemini", "generate_content", "gemini", false, false)]
    [InlineData("google-gemini", "generate_content", "gemini", false, true)]
    [InlineData("google-gemini", "generate_content", "gemini", true, false)]
    [InlineData("google-gemini", "generate_content", "gemini", true, true)]
    public async Task Answer_ComparedWithRecordings_HasTheSameShape(string provider, string api, string wire, bool stream, bool toolCall)
    {
        Assert.SkipWhen(RecordingLibrary.Folder is null, RecordingLibrary.MissingReason);
        HashSet<string>? everywhere = null;
        var anywhere = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        foreach (var record in RecordingLibrary.Load(api, provider).Select(recording => recording.Element))
        {
            if (record.GetProperty("api").GetString() != api || record.GetProperty("streaming").GetBoolean() != stream || record.GetProperty("response").GetProperty("status").GetInt32() != 200)
            {
                continue;
            }

            if (Events(record.GetProperty("response")) is not { Count: > 0 } bodies)
            {
                continue;
            }

            // Members that come and go with the model or the year need only one witness, of whatever case.
            var shape = Shape(bodies);
            anywhere.UnionWith(shape);
            if (!IsPlain(bodies, toolCall))
            {
                continue;
            }

            everywhere = everywhere is null ? [.. shape] : [.. everywhere.Intersect(shape)];
            count++;
        }

        Assert.NotNull(everywhere);
        var simulated = Shape(await SimulateAsync(wire, stream, toolCall));

        // A path that is in every recording, whatever its kind of value there.
        var missing = everywhere.Where(path => !simulated.Contains(path)).Select(PathOf).Except(simulated.Select(PathOf)).ToList();
        Assert.True(missing.Count == 0, $"Every one of {count} recordings has, and the simulation lacks: {string.Join(", ", missing)}");
        var invented = simulated.Where(path => !anywhere.Contains(path)).ToList();
        Assert.True(invented.Count == 0, $"None of {count} recordings has: {string.Join(", ", invented)}");
    }

    [Theory]
    [InlineData("openai", "responses", "responses", false)]
    [InlineData("openai", "responses", "responses", true)]
    [InlineData("anthropic", "messages", "messages", false)]
    [InlineData("anthropic", "messages", "messages", true)]
    public async Task Stream_ComparedWithRecordings_HasTheSameSequenceOfEvents(string provider, string api, string wire, bool toolCall)
    {
        Assert.SkipWhen(RecordingLibrary.Folder is null, RecordingLibrary.MissingReason);
        var recorded = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in RecordingLibrary.Load(api, provider).Select(recording => recording.Element))
        {
            if (record.GetProperty("api").GetString() == api && record.GetProperty("streaming").GetBoolean() && Events(record.GetProperty("response")) is { Count: > 0 } bodies && IsPlain(bodies, toolCall))
            {
                recorded.Add(Sequence(bodies));
            }
        }

        Assert.NotEmpty(recorded);
        Assert.Contains(Sequence(await SimulateAsync(wire, stream: true, toolCall)), recorded);
    }

    private static async Task<List<JsonElement>> SimulateAsync(string wire, bool stream, bool toolCall)
    {
        var provider = new SimulatedProvider().Respond(toolCall ? SimulatedAnswer.CallTool("get_weather", """{"city":"Paris"}""") : "Paris is sunny.");
        using var client = SimulationClient.For(provider);
        var (path, body) = SimulationClient.Request(wire, "How is Paris?", stream);
        var text = await client.ReadAsync(path, body);
        return stream ? ServerSentEvents.Json(text) : [JsonDocument.Parse(text).RootElement];
    }

    private static List<JsonElement> Events(JsonElement response) =>
        response.TryGetProperty("sse", out var sse) ? ServerSentEvents.Json(sse.GetString()!) : response.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object ? [body] : [];

    // Text or one kind of tool call, without thoughts, provider tools, several candidates and other cases of their own.
    private static bool IsPlain(List<JsonElement> bodies, bool toolCall)
    {
        var all = string.Concat(bodies.Select(static body => body.GetRawText()));
        var hasCall = all.Contains("\"tool_calls\"", StringComparison.Ordinal) || all.Contains("\"function_call\"", StringComparison.Ordinal) || all.Contains("\"tool_use\"", StringComparison.Ordinal) || all.Contains("\"functionCall\"", StringComparison.Ordinal);
        string[] strange = ["\"reasoning\",", "\"type\":\"reasoning\"", "\"type\": \"reasoning\"", "web_search", "\"thinking\"", "server_tool", "thoughtSignature", "thoughtsTokenCount", "\"audio\":{", "\"moderation_results\"", "tool_search", "\"error\":{", "inlineData", "executableCode"];
        return hasCall == toolCall && !Array.Exists(strange, word => all.Contains(word, StringComparison.Ordinal));
    }

    private static HashSet<string> Shape(List<JsonElement> bodies)
    {
        var shape = new HashSet<string>(StringComparer.Ordinal);
        foreach (var body in bodies)
        {
            // Events of different types are different documents. Schemas, arguments and echoes of the request are the caller's.
            var type = body.TryGetProperty("type", out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : "";
            shape.UnionWith(JsonShape.Of(body, static path => path.EndsWith(".input", StringComparison.Ordinal) || path.EndsWith(".args", StringComparison.Ordinal) || path.EndsWith(".tools", StringComparison.Ordinal)
                || path.EndsWith(".text", StringComparison.Ordinal) || path.EndsWith(".metadata", StringComparison.Ordinal) || path.EndsWith(".reasoning", StringComparison.Ordinal) || path.EndsWith(".tool_choice", StringComparison.Ordinal)).Select(path => type + path));
        }

        return shape;
    }

    private static string Sequence(List<JsonElement> bodies)
    {
        var names = new List<string>();
        foreach (var name in bodies.Select(static body => body.GetProperty("type").GetString()!))
        {
            if (names.Count == 0 || names[^1] != name)
            {
                names.Add(name);
            }
        }

        return string.Join(' ', names);
    }

    private static string PathOf(string entry) => entry[..entry.LastIndexOf(':')];
}
