using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini.Options;
using Sira.Backends.Gemini.Parts;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini;

/// <summary>Reads a <c>GenerateContentRequest</c> into MEAI's messages and options: what an endpoint that speaks this wire as a server works with.</summary>
public static class GeminiRequestReader
{
    /// <summary>Reads a request. Both spellings of protobuf's JSON are taken, <c>camelCase</c> and <c>snake_case</c>.</summary>
    /// <param name="body">The request's JSON.</param>
    /// <param name="modelId">The model, which stands in the path on this wire, with or without <c>models/</c>.</param>
    /// <param name="streaming">Whether the path asked for <c>streamGenerateContent</c>.</param>
    /// <returns>The request. What MEAI cannot express is returned by <see cref="ChatOptions.RawRepresentationFactory"/> as a JSON object, and by raw contents.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="modelId"/> is <see langword="null"/>.</exception>
    /// <exception cref="JsonException">The JSON is not a request of this wire; the message says where.</exception>
    public static ChatWireRequest Read(JsonElement body, string modelId, bool streaming)
    {
        ArgumentNullException.ThrowIfNull(modelId);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"The request is a JSON {body.ValueKind}, not an object.");
        }

        try
        {
            RejectBrokenText(body);
            return ReadRequest(body, modelId, streaming);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("The request has a text of half a surrogate pair.", exception);
        }
    }

    // Such a text would only be noticed when the request goes out again.
    private static void RejectBrokenText(JsonElement body)
    {
        var json = JsonMarshal.GetRawUtf8Value(body);
        if (json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0)
        {
            using var writer = new Utf8JsonWriter(Stream.Null);
            body.WriteTo(writer);
        }
    }

    private static ChatWireRequest ReadRequest(JsonElement body, string modelId, bool streaming)
    {
        if (modelId.StartsWith("models/", StringComparison.Ordinal))
        {
            modelId = modelId["models/".Length..];
        }

        var options = new ChatOptions { ModelId = modelId };
        var raw = new JsonObject();
        var messages = new List<ChatMessage>();
        foreach (var member in body.EnumerateObject())
        {
            ReadMember(GeminiJson.ToCamelCase(member.Name), member.Value, modelId, messages, options, raw);
        }

        if (raw.Count > 0)
        {
            var element = JsonElement.Parse(raw.ToJsonString());
            options.RawRepresentationFactory = _ => element;
        }

        return new ChatWireRequest(modelId, messages, options, streaming);
    }

    private static void ReadMember(string name, JsonElement value, string modelId, List<ChatMessage> messages, ChatOptions options, JsonObject raw)
    {
        switch (name)
        {
            case "model" or "stream":
                break;
            case "systemInstruction":
                ReadSystem(value, messages);
                break;
            case "contents":
                ReadContents(value, messages);
                break;
            case "tools":
                GeminiToolReader.ReadTools(value, options, raw);
                break;
            case "toolConfig":
                GeminiToolReader.ReadToolConfig(value, options, raw);
                break;
            case "generationConfig":
                GeminiGenerationConfigReader.Read(value, options, GeminiModelRules.Find(modelId), raw);
                break;
            default:
                raw[name] = ToNode(value);
                break;
        }
    }

    /// <summary>Copies an element into a node of its own.</summary>
    internal static JsonNode? ToNode(JsonElement element) => JsonNode.Parse(element.GetRawText());

    private static void ReadSystem(JsonElement system, List<ChatMessage> messages)
    {
        var contents = new List<AIContent>();
        if (system.ValueKind == JsonValueKind.String)
        {
            contents.Add(new TextContent(system.GetString()));
        }
        else
        {
            ReadParts(system, contents, new GeminiCallIds(null));
        }

        if (contents.Count > 0)
        {
            messages.Insert(0, new ChatMessage(ChatRole.System, contents));
        }
    }

    private static void ReadContents(JsonElement contents, List<ChatMessage> messages)
    {
        if (contents.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException($"contents is a JSON {contents.ValueKind}, not an array.");
        }

        var ids = new GeminiCallIds(null);
        foreach (var content in contents.EnumerateArray())
        {
            var parts = new List<AIContent>();
            ReadParts(content, parts, ids);
            AddMessages(messages, content.GetStringOrNull("role"), parts);
        }
    }

    // Results of tools are a role of their own in MEAI; what the user says beside them is another message.
    private static void AddMessages(List<ChatMessage> messages, string? role, List<AIContent> parts)
    {
        if (role == "model")
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, parts));
            return;
        }

        List<AIContent> results = [.. parts.Where(static part => part is FunctionResultContent)];
        if (results.Count > 0)
        {
            messages.Add(new ChatMessage(ChatRole.Tool, results));
            parts.RemoveAll(static part => part is FunctionResultContent);
        }

        if (parts.Count > 0)
        {
            messages.Add(new ChatMessage(ChatRole.User, parts));
        }
    }

    private static void ReadParts(JsonElement content, List<AIContent> contents, GeminiCallIds ids)
    {
        if (!content.TryGet("parts", out var parts))
        {
            return;
        }

        if (parts.ValueKind == JsonValueKind.Object)
        {
            GeminiPartReader.Read(parts, contents, ids, keepEmpty: true);
            return;
        }

        foreach (var part in content.EnumerateArrayOrEmpty("parts"))
        {
            GeminiPartReader.Read(part, contents, ids, keepEmpty: true);
        }
    }
}
