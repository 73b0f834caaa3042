using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.Gemini;

/// <summary>Reads requests of Gemini, whose members may be spelt in camel case or snake case.</summary>
internal static class GeminiReader
{
    /// <summary>Reads a request to generate content.</summary>
    /// <param name="path">The URL's path, which names the model and the method.</param>
    /// <param name="body">The JSON.</param>
    /// <returns>The prompt.</returns>
    public static SimulatedPrompt Read(string path, JsonElement body)
    {
        var contents = body.RequiredItems("contents", "* GenerateContentRequest.contents: contents is not specified");
        var messages = new List<SimulatedMessage>();
        if (body.Member("systemInstruction", "system_instruction") is { } system && JoinParts(system) is { Length: > 0 } instructions)
        {
            messages.Add(new SimulatedMessage("system", instructions));
        }

        messages.AddRange(contents.EnumerateArray().Select(ReadMessage));
        var config = body.Member("generationConfig", "generation_config") ?? default;
        var thinking = config.Member("thinkingConfig", "thinking_config");
        var (choice, tool) = ReadChoice(body.Member("toolConfig", "tool_config")?.Member("functionCallingConfig", "function_calling_config"));
        return new SimulatedPrompt
        {
            Wire = SimulatedWire.GeminiContent,
            Model = ModelIn(path),
            Streaming = path.EndsWith(":streamGenerateContent", StringComparison.Ordinal),
            Messages = messages,
            Tools = [.. body.Items("tools").SelectMany(ReadTools)],
            ToolChoice = choice,
            RequiredTool = tool,
            JsonMode = (config.Member("responseMimeType", "response_mime_type") is { ValueKind: JsonValueKind.String } type) && type.ValueEquals("application/json"),
            JsonSchema = AsObject(config.Member("responseJsonSchema", "response_json_schema") ?? config.Member("responseSchema", "response_schema")),
            ReasoningEffort = ReadEffort(thinking),
            ReasoningVisible = thinking?.Member("includeThoughts", "include_thoughts")?.ValueKind == JsonValueKind.True,
            MaxOutputTokens = config.Member("maxOutputTokens", "max_output_tokens") is { ValueKind: JsonValueKind.Number } limit && limit.TryGetInt32(out var most) ? most : null,
            IncludeUsage = true,
            Json = body,
        };
    }

    /// <summary>Returns the model that a path names: what stands between <c>models/</c> and the colon.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The model.</returns>
    public static string ModelIn(string path)
    {
        var start = path.LastIndexOf('/') + 1;
        var end = path.LastIndexOf(':');
        return Uri.UnescapeDataString(end > start ? path[start..end] : path[start..]);
    }

    /// <summary>Joins the text parts of a content.</summary>
    /// <param name="content">The JSON.</param>
    /// <returns>The text, thoughts left out.</returns>
    public static string JoinParts(JsonElement content) =>
        string.Join('\n', content.Items("parts").Where(static part => part.Flag("thought") is not true).Select(static part => part.Text("text")).Where(static text => text is not null));

    private static SimulatedMessage ReadMessage(JsonElement content)
    {
        var role = content.Text("role") ?? "user";
        if (role is not ("user" or "model" or "function"))
        {
            throw new BadPromptException("Please use a valid role: user, model.");
        }

        var calls = new List<SimulatedToolCall>();
        var results = new List<SimulatedToolResult>();
        foreach (var part in content.Items("parts"))
        {
            if (part.Member("functionCall", "function_call") is { } call)
            {
                calls.Add(new SimulatedToolCall(call.Text("name") ?? "", call.Member("args")?.GetRawText() ?? "{}") { Id = call.Text("id") });
            }

            if (part.Member("functionResponse", "function_response") is { } response)
            {
                var name = response.Text("name");
                results.Add(new SimulatedToolResult(response.Text("id") ?? name ?? "", name, ReadResult(response.Member("response"))));
            }
        }

        var text = JoinParts(content);
        return new SimulatedMessage(role == "model" ? "assistant" : results.Count > 0 && text.Length == 0 ? "tool" : "user", text) { ToolCalls = calls, ToolResults = results };
    }

    // The response must be an object, so callers wrap what is not one as {"result": …} or {"output": …}.
    private static string ReadResult(JsonElement? response) => response switch
    {
        null => "",
        { } value when (value.Text("result") ?? value.Text("output")) is { } text => text,
        { } value when value.Member("result", "output") is { } inner => inner.GetRawText(),
        { } value => value.GetRawText(),
    };

    private static IEnumerable<SimulatedTool> ReadTools(JsonElement tools) =>
        (tools.Member("functionDeclarations", "function_declarations") is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : Enumerable.Empty<JsonElement>())
        .Select(static item => new SimulatedTool(
            item.RequiredText("name", "* GenerateContentRequest.tools[0].function_declarations[0].name: Invalid function name."),
            item.Text("description") ?? "",
            AsObject(item.Member("parametersJsonSchema", "parameters_json_schema") ?? item.Member("parameters")) ?? default));

    private static (SimulatedToolChoice Choice, string? Tool) ReadChoice(JsonElement? config)
    {
        var names = config?.Member("allowedFunctionNames", "allowed_function_names") is { ValueKind: JsonValueKind.Array } allowed && allowed.GetArrayLength() > 0 ? allowed[0] : default;
        return config?.Text("mode") switch
        {
            "NONE" => (SimulatedToolChoice.None, null),
            "ANY" => (SimulatedToolChoice.Required, names.ValueKind == JsonValueKind.String ? names.GetString() : null),
            _ => (SimulatedToolChoice.Auto, null),
        };
    }

    private static string? ReadEffort(JsonElement? thinking)
    {
        if (thinking is not { } config)
        {
            return null;
        }

        if (config.Member("thinkingLevel", "thinking_level") is { ValueKind: JsonValueKind.String } level)
        {
            return level.GetString()!.ToLowerInvariant();
        }

        var budget = config.Member("thinkingBudget", "thinking_budget");
        return budget is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var tokens) && tokens == 0 ? "none" : "medium";
    }

    private static JsonElement? AsObject(JsonElement? element) => element is { ValueKind: JsonValueKind.Object } ? element : null;
}
