using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Testing.Recordings;

namespace Sira.Tests.Tokens;

/// <summary>A recorded request as messages and options, read without the wire adapters, and what the provider counted. Text only: anything else is not read.</summary>
internal sealed record RecordedRequest(string Group, string Family, List<ChatMessage> Messages, ChatOptions Options, long BilledTokens)
{
    private static readonly string[] Unread =
    [
        "previous_response_id", "conversation", "prompt", "context_management", "plugins", "web_search_options", "search_parameters", "audio", "functions", "models",
        "mcp_servers", "container", "output_config", "output_format", "cachedContent",
    ];

    /// <summary>Reads a recording.</summary>
    /// <returns>The request, or <see langword="null"/> when it holds more than text, tools and schemas, or no usage is known.</returns>
    public static RecordedRequest? Read(Recording recording)
    {
        var body = recording.RequestBody;
        if (body.ValueKind != JsonValueKind.Object || Unread.Any(name => Has(body, name)) || Billed(recording) is not (> 0 and var billed) || FamilyOf(recording.Model ?? Text(body, "model")) is not { } family)
        {
            return null;
        }

        try
        {
            var (messages, options) = recording.Api switch
            {
                "chat_completions" => ReadChat(body),
                "responses" => ReadResponses(body),
                "messages" => ReadMessages(body),
                _ => ReadGemini(body),
            };
            return new RecordedRequest(recording.Element.GetProperty("group").GetString()!, family, messages, options, billed);
        }
        catch (NotTextException)
        {
            return null;
        }
    }

    private static long Billed(Recording recording)
    {
        if (recording.Expected is not { } expected || !expected.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
        {
            return 0;
        }

        return recording.Api switch
        {
            "chat_completions" => Number(usage, "prompt_tokens"),
            "messages" => Number(usage, "input_tokens") + Number(usage, "cache_creation_input_tokens") + Number(usage, "cache_read_input_tokens"),
            "responses" => Number(usage, "input_tokens"),
            _ => Number(usage, "promptTokenCount"),
        };
    }

    private static string? FamilyOf(string? model)
    {
        string[] families = ["gpt-oss", "claude", "gemini", "llama", "mistral", "magistral", "ministral", "deepseek", "qwen", "grok", "gpt", "o1", "o3", "o4"];
        return families.FirstOrDefault(family => model?.Contains(family, StringComparison.OrdinalIgnoreCase) is true) switch
        {
            "magistral" or "ministral" => "mistral",
            "o1" or "o3" or "o4" => "gpt",
            var family => family,
        };
    }

    private static (List<ChatMessage>, ChatOptions) ReadChat(JsonElement body)
    {
        var messages = new List<ChatMessage>();
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            Require(!Has(message, "reasoning") && !Has(message, "reasoning_content") && !Has(message, "reasoning_details"));
            var text = Texts(message, "content");
            var role = Text(message, "role")!;
            List<AIContent> contents = role == "tool" ? [new FunctionResultContent("1", text)] : [new TextContent(text)];
            foreach (var call in Items(message, "tool_calls"))
            {
                contents.Add(Call(Text(call.GetProperty("function"), "name")!, call.GetProperty("function").GetProperty("arguments")));
            }

            messages.Add(new ChatMessage(new ChatRole(role), contents));
        }

        var options = OptionsOf(body, tool => tool.GetProperty("function"), "parameters");
        if (body.TryGetProperty("response_format", out var format) && Has(format, "json_schema"))
        {
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(format.GetProperty("json_schema").GetProperty("schema"));
        }

        return (messages, options);
    }

    private static (List<ChatMessage>, ChatOptions) ReadResponses(JsonElement body)
    {
        var messages = new List<ChatMessage>();
        var input = body.GetProperty("input");
        if (input.ValueKind == JsonValueKind.String)
        {
            messages.Add(new ChatMessage(ChatRole.User, input.GetString()));
        }
        else
        {
            foreach (var item in input.EnumerateArray())
            {
                messages.Add(Text(item, "type") switch
                {
                    null or "message" => new ChatMessage(new ChatRole(Text(item, "role")!), Texts(item, "content")),
                    "function_call" => new ChatMessage(ChatRole.Assistant, [Call(Text(item, "name")!, item.GetProperty("arguments"))]),
                    "function_call_output" => new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", Texts(item, "output"))]),
                    _ => throw new NotTextException(),
                });
            }
        }

        var options = OptionsOf(body, tool => tool, "parameters");
        options.Instructions = Text(body, "instructions");
        if (body.TryGetProperty("text", out var text) && text.TryGetProperty("format", out var format) && Has(format, "schema"))
        {
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(format.GetProperty("schema"));
        }

        return (messages, options);
    }

    private static (List<ChatMessage>, ChatOptions) ReadMessages(JsonElement body)
    {
        var messages = new List<ChatMessage>();
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var content = message.GetProperty("content");
            List<AIContent> contents = content.ValueKind == JsonValueKind.String ? [new TextContent(content.GetString())] : [];
            foreach (var part in Items(message, "content"))
            {
                contents.Add(Text(part, "type") switch
                {
                    "text" => new TextContent(Text(part, "text")),
                    "tool_use" => Call(Text(part, "name")!, part.GetProperty("input")),
                    "tool_result" => new FunctionResultContent("1", Texts(part, "content")),
                    _ => throw new NotTextException(),
                });
            }

            messages.Add(new ChatMessage(new ChatRole(Text(message, "role")!), contents));
        }

        var options = OptionsOf(body, tool => tool, "input_schema");
        options.Instructions = Has(body, "system") ? Texts(body, "system") : null;
        return (messages, options);
    }

    private static (List<ChatMessage>, ChatOptions) ReadGemini(JsonElement body)
    {
        var messages = new List<ChatMessage>();
        foreach (var content in body.GetProperty("contents").EnumerateArray())
        {
            messages.Add(new ChatMessage(new ChatRole(Text(content, "role") ?? "user"), GeminiParts(content)));
        }

        var options = new ChatOptions();
        if (body.TryGetProperty("systemInstruction", out var system) && Has(system, "parts"))
        {
            options.Instructions = string.Concat(GeminiParts(system).Cast<TextContent>().Select(part => part.Text));
        }

        foreach (var tool in Items(body, "tools"))
        {
            Require(tool.ValueKind == JsonValueKind.Object && tool.EnumerateObject().All(property => property.Name == "functionDeclarations"));
            foreach (var function in Items(tool, "functionDeclarations"))
            {
                Add(options, function, Has(function, "parametersJsonSchema") ? "parametersJsonSchema" : Has(function, "parameters_json_schema") ? "parameters_json_schema" : "parameters");
            }
        }

        return (messages, options);
    }

    private static List<AIContent> GeminiParts(JsonElement content) => [.. Items(content, "parts").Select(part =>
        Has(part, "thought") ? throw new NotTextException()
        : Has(part, "text") ? new TextContent(Text(part, "text"))
        : Has(part, "functionCall") ? Call(Text(part.GetProperty("functionCall"), "name")!, part.GetProperty("functionCall").TryGetProperty("args", out var arguments) ? arguments : default)
        : Has(part, "functionResponse") && !Has(part.GetProperty("functionResponse"), "parts") ? (AIContent)new FunctionResultContent("1", part.GetProperty("functionResponse").GetProperty("response"))
        : throw new NotTextException())];

    private static ChatOptions OptionsOf(JsonElement body, Func<JsonElement, JsonElement> function, string schema)
    {
        var options = new ChatOptions();
        foreach (var tool in Items(body, "tools"))
        {
            Require(tool.ValueKind == JsonValueKind.Object && Text(tool, "type") is null or "function" or "custom" && (schema != "parameters" || Text(tool, "type") == "function"));
            Add(options, function(tool), schema);
        }

        if (body.TryGetProperty("tool_choice", out var choice) && (choice.ValueKind == JsonValueKind.String ? choice.GetString() : Text(choice, "type")) == "none")
        {
            options.ToolMode = ChatToolMode.None;
        }

        if (body.TryGetProperty("thinking", out var thinking) && Text(thinking, "type") is "enabled" or "adaptive" || Has(body, "reasoning"))
        {
            options.Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Medium };
        }

        return options;
    }

    private static void Add(ChatOptions options, JsonElement function, string schema) => (options.Tools ??= []).Add(AIFunctionFactory.CreateDeclaration(
        Text(function, "name")!,
        Text(function, "description"),
        function.TryGetProperty(schema, out var json) && json.ValueKind == JsonValueKind.Object ? json : JsonElement.Parse("{}")));

    private static FunctionCallContent Call(string name, JsonElement arguments)
    {
        var json = arguments.ValueKind == JsonValueKind.String ? Parse(arguments.GetString()!) : arguments;
        return new FunctionCallContent("1", name, json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value) : null);
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string Texts(JsonElement owner, string name)
    {
        if (!Has(owner, name))
        {
            return string.Empty;
        }

        var content = owner.GetProperty(name);
        return content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Concat(Items(owner, name).Select(part => Text(part, "type") is "text" or "input_text" or "output_text" ? Text(part, "text") : throw new NotTextException()));
    }

    private static bool Has(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False);

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static void Require(bool textOnly)
    {
        if (!textOnly)
        {
            throw new NotTextException();
        }
    }

    private sealed class NotTextException : Exception;
}
