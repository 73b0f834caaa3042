using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>Reads requests of OpenAI chat completions.</summary>
internal static class OpenAIChatReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="path">The URL's path; Azure names the model there.</param>
    /// <param name="body">The JSON.</param>
    /// <returns>The prompt.</returns>
    public static SimulatedPrompt Read(string path, JsonElement body)
    {
        var messages = body.RequiredItems("messages", "Missing required parameter: 'messages'.");
        var format = body.Object("response_format");
        var (choice, tool) = ReadChoice(body.Member("tool_choice"));
        return new SimulatedPrompt
        {
            Wire = SimulatedWire.OpenAIChat,
            Model = ReadModel(path, body),
            Streaming = body.Flag("stream") ?? false,
            Messages = ReadMessages(messages),
            Tools = [.. body.Items("tools").Select(static item => item.Object("function")).OfType<JsonElement>().Select(ReadTool)],
            ToolChoice = choice,
            RequiredTool = tool,
            JsonMode = format?.Text("type") is "json_object" or "json_schema",
            JsonSchema = format?.Object("json_schema")?.Object("schema"),
            ReasoningEffort = body.Text("reasoning_effort"),
            ReasoningVisible = true,
            MaxOutputTokens = body.Integer("max_completion_tokens") ?? body.Integer("max_tokens"),
            IncludeUsage = body.Object("stream_options")?.Flag("include_usage") ?? false,
            Json = body,
        };
    }

    /// <summary>Reads a tool of a wire that calls its members <c>name</c>, <c>description</c> and <c>parameters</c>.</summary>
    /// <param name="function">The JSON.</param>
    /// <returns>The tool.</returns>
    public static SimulatedTool ReadTool(JsonElement function) => new(
        function.RequiredText("name", "Missing required parameter: 'tools[0].function.name'."),
        function.Text("description") ?? "",
        function.Object("parameters") ?? default);

    /// <summary>Reads a tool choice, which is a word or an object.</summary>
    /// <param name="choice">The JSON.</param>
    /// <returns>The choice, and the tool that must be called.</returns>
    public static (SimulatedToolChoice Choice, string? Tool) ReadChoice(JsonElement? choice) => choice switch
    {
        { ValueKind: JsonValueKind.String } word => (word.GetString() switch
        {
            "none" => SimulatedToolChoice.None,
            "required" or "any" => SimulatedToolChoice.Required,
            _ => SimulatedToolChoice.Auto,
        }, null),
        { ValueKind: JsonValueKind.Object } named => (SimulatedToolChoice.Required, named.Object("function")?.Text("name") ?? named.Text("name")),
        _ => (SimulatedToolChoice.Auto, null),
    };

    private static string ReadModel(string path, JsonElement body)
    {
        const string Deployments = "/deployments/";
        var at = path.IndexOf(Deployments, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            var rest = path[(at + Deployments.Length)..];
            var end = rest.IndexOf('/', StringComparison.Ordinal);
            return Uri.UnescapeDataString(end < 0 ? rest : rest[..end]);
        }

        return body.RequiredText("model", "you must provide a model parameter");
    }

    private static List<SimulatedMessage> ReadMessages(JsonElement items)
    {
        var messages = new List<SimulatedMessage>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in items.EnumerateArray())
        {
            var role = item.Text("role") ?? throw new BadPromptException($"Missing required parameter: 'messages[{index}].role'.", $"messages[{index}].role");
            var text = JsonReading.JoinText(item.Member("content"));
            switch (role)
            {
                case "tool":
                    var id = item.Text("tool_call_id") ?? throw new BadPromptException($"Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.", $"messages.[{index}].tool_call_id");
                    if (!names.TryGetValue(id, out var name))
                    {
                        throw new BadPromptException("Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", $"messages.[{index}].role");
                    }

                    messages.Add(new SimulatedMessage("tool", "") { ToolResults = [new SimulatedToolResult(id, name, text)] });
                    break;
                case "assistant":
                    var calls = item.Items("tool_calls").Select(ReadCall).ToList();
                    calls.ForEach(call => names[call.Id ?? ""] = call.Name);
                    messages.Add(new SimulatedMessage(role, text) { ToolCalls = calls });
                    break;
                case "system" or "developer":
                    messages.Add(new SimulatedMessage("system", text));
                    break;
                case "user":
                    messages.Add(new SimulatedMessage(role, text));
                    break;
                default:
                    throw new BadPromptException($"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", $"messages[{index}].role");
            }

            index++;
        }

        return messages;
    }

    private static SimulatedToolCall ReadCall(JsonElement call) =>
        new(call.Object("function")?.Text("name") ?? "", call.Object("function")?.Text("arguments") ?? "") { Id = call.Text("id") };
}
