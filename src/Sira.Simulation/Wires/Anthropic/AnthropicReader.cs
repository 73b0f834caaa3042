using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.Anthropic;

/// <summary>Reads requests of Anthropic messages.</summary>
internal static class AnthropicReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">The JSON.</param>
    /// <returns>The prompt.</returns>
    public static SimulatedPrompt Read(JsonElement body)
    {
        var model = body.RequiredText("model", "model: Field required");
        var limit = body.Integer("max_tokens") ?? throw new BadPromptException("max_tokens: Field required", "max_tokens");
        var items = body.RequiredItems("messages", "messages: at least one message is required");
        var messages = new List<SimulatedMessage>();
        if (JsonReading.JoinText(body.Member("system")) is { Length: > 0 } system)
        {
            messages.Add(new SimulatedMessage("system", system));
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, item) in items.EnumerateArray().Index())
        {
            messages.Add(ReadMessage(item, index, names));
        }

        var (choice, tool) = ReadChoice(body.Object("tool_choice"));
        var format = body.Object("output_config")?.Object("format") ?? body.Object("output_format");
        var thinking = body.Object("thinking");
        var thinks = thinking?.Text("type") is "enabled" or "adaptive";
        return new SimulatedPrompt
        {
            Wire = SimulatedWire.AnthropicMessages,
            Model = model,
            Streaming = body.Flag("stream") ?? false,
            Messages = messages,
            Tools = [.. body.Items("tools").Where(static item => item.Object("input_schema") is not null).Select(static item => new SimulatedTool(
                item.RequiredText("name", "tools.0.name: Field required"), item.Text("description") ?? "", item.Object("input_schema")!.Value))],
            ToolChoice = choice,
            RequiredTool = tool,
            JsonMode = format is not null,
            JsonSchema = format?.Object("schema"),
            ReasoningEffort = thinks ? body.Object("output_config")?.Text("effort") ?? "medium" : null,
            ReasoningVisible = thinks && thinking?.Text("display") != "omitted",
            MaxOutputTokens = limit,
            IncludeUsage = true,
            Json = body,
        };
    }

    private static SimulatedMessage ReadMessage(JsonElement item, int index, Dictionary<string, string> names)
    {
        var role = item.Text("role");
        if (role is not ("user" or "assistant"))
        {
            throw new BadPromptException($"messages.{index}.role: Input should be 'user' or 'assistant'");
        }

        var calls = new List<SimulatedToolCall>();
        var results = new List<SimulatedToolResult>();
        foreach (var block in item.Items("content"))
        {
            switch (block.Text("type"))
            {
                case "tool_use":
                    var call = new SimulatedToolCall(block.Text("name") ?? "", block.Member("input")?.GetRawText() ?? "{}") { Id = block.Text("id") };
                    names[call.Id ?? ""] = call.Name;
                    calls.Add(call);
                    break;
                case "tool_result":
                    var id = block.Text("tool_use_id") ?? "";
                    if (!names.TryGetValue(id, out var name))
                    {
                        throw new BadPromptException($"messages.{index}.content: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
                    }

                    results.Add(new SimulatedToolResult(id, name, JsonReading.JoinText(block.Member("content"))));
                    break;
                default:
                    break;
            }
        }

        // A message that carries only results is what other wires call a tool message.
        var text = JsonReading.JoinText(item.Member("content"));
        return new SimulatedMessage(results.Count > 0 && text.Length == 0 ? "tool" : role, text) { ToolCalls = calls, ToolResults = results };
    }

    private static (SimulatedToolChoice Choice, string? Tool) ReadChoice(JsonElement? choice) => choice?.Text("type") switch
    {
        "none" => (SimulatedToolChoice.None, null),
        "any" => (SimulatedToolChoice.Required, null),
        "tool" => (SimulatedToolChoice.Required, choice?.Text("name")),
        _ => (SimulatedToolChoice.Auto, null),
    };
}
