using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>Reads requests of OpenAI responses.</summary>
internal static class OpenAIResponsesReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">The JSON.</param>
    /// <returns>The prompt.</returns>
    public static SimulatedPrompt Read(JsonElement body)
    {
        var model = body.RequiredText("model", "Missing required parameter: 'model'.");
        var messages = new List<SimulatedMessage>();
        if (body.Text("instructions") is { Length: > 0 } instructions)
        {
            messages.Add(new SimulatedMessage("system", instructions));
        }

        switch (body.Member("input"))
        {
            case { ValueKind: JsonValueKind.String } text:
                messages.Add(new SimulatedMessage("user", text.GetString()!));
                break;
            case { ValueKind: JsonValueKind.Array } items:
                ReadItems(items, messages, stored: body.Text("previous_response_id") is not null);
                break;
            default:
                throw new BadPromptException("Missing required parameter: 'input'.", "input");
        }

        var (choice, tool) = OpenAIChatReader.ReadChoice(body.Member("tool_choice"));
        var format = body.Object("text")?.Object("format");
        var reasoning = body.Object("reasoning");
        return new SimulatedPrompt
        {
            Wire = SimulatedWire.OpenAIResponses,
            Model = model,
            Streaming = body.Flag("stream") ?? false,
            Messages = messages,
            Tools = [.. body.Items("tools").Where(static item => item.Text("type") == "function").Select(OpenAIChatReader.ReadTool)],
            ToolChoice = choice,
            RequiredTool = tool,
            JsonMode = format?.Text("type") is "json_object" or "json_schema",
            JsonSchema = format?.Object("schema"),
            ReasoningEffort = reasoning is null ? null : reasoning.Value.Text("effort") ?? "medium",
            ReasoningVisible = reasoning?.Text("summary") is not null,
            MaxOutputTokens = body.Integer("max_output_tokens"),
            IncludeUsage = true,
            Json = body,
        };
    }

    private static void ReadItems(JsonElement items, List<SimulatedMessage> messages, bool stored)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items.EnumerateArray())
        {
            switch (item.Text("type") ?? "message")
            {
                case "message":
                    var role = item.Text("role") ?? throw new BadPromptException("Missing required parameter: 'input[0].role'.", "input");
                    messages.Add(new SimulatedMessage(role == "developer" ? "system" : role, JsonReading.JoinText(item.Member("content"))));
                    break;
                case "function_call":
                    var call = new SimulatedToolCall(item.Text("name") ?? "", item.Text("arguments") ?? "{}") { Id = item.Text("call_id") };
                    names[call.Id ?? ""] = call.Name;
                    messages.Add(new SimulatedMessage("assistant", "") { ToolCalls = [call] });
                    break;
                case "function_call_output":
                    var id = item.Text("call_id") ?? "";
                    if (!names.TryGetValue(id, out var name) && !stored)
                    {
                        throw new BadPromptException($"No tool call found for function call output with call_id {id}.", "input");
                    }

                    messages.Add(new SimulatedMessage("tool", "") { ToolResults = [new SimulatedToolResult(id, name, JsonReading.JoinText(item.Member("output")))] });
                    break;
                default:
                    break; // Reasoning items and provider tools say nothing that a simulation needs.
            }
        }
    }
}
