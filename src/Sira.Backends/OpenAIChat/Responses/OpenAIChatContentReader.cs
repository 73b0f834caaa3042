using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads what a message or a chunk's delta contains. Both have the same members, so both share this code.</summary>
internal sealed class OpenAIChatContentReader(OpenAIDialect dialect)
{
    /// <summary>Reads a complete message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">The answer that it stands in, which names calls that came without an id; undefined for a message of a request, which is taken as it is.</param>
    public List<AIContent> Read(JsonElement message, JsonElement answer = default)
    {
        var contents = new List<AIContent>();
        var details = new ReasoningDetails();
        details.Add(message);
        var reasoning = ReadReasoning(message) ?? ReasoningDetails.GetText(message) ?? EmptyReasoning(message);
        var data = details.TakeProtectedData();
        if (reasoning is not null || data is not null)
        {
            contents.Add(ReasoningDetails.CreateContent(reasoning ?? string.Empty, data));
        }

        ReadContent(message, contents);
        ReadOthers(message, contents);
        foreach (var call in message.EnumerateArrayOrEmpty("tool_calls"))
        {
            call.TryGetObject("function", out var function);
            contents.Add(ReadCall(call.GetStringOrNull("id"), function, answer, contents.Count));
        }

        if (message.TryGetObject("function_call", out var legacy))
        {
            // The first form of function calls had no ids; the name has to do.
            contents.Add(ReadCall(legacy.GetStringOrNull("name"), legacy, answer, contents.Count));
        }

        return contents;
    }

    private static FunctionCallContent ReadCall(string? id, JsonElement function, JsonElement answer, int index)
    {
        var name = function.GetStringOrNull("name");
        if (answer.ValueKind != JsonValueKind.Undefined)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                throw OpenAIChatErrors.Malformed("a tool call has no name", answer);
            }

            id = string.IsNullOrWhiteSpace(id) ? CallIds.Generate(answer.GetRawText(), index) : id;
        }

        return WireJson.CreateCall(id ?? string.Empty, name ?? string.Empty, GetArguments(function));
    }

    /// <summary>Reads the reasoning text of a message or delta.</summary>
    public string? ReadReasoning(JsonElement owner)
    {
        foreach (var member in dialect.ReasoningMembers)
        {
            if (owner.GetStringOrNull(member) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>Reads the member <c>content</c>: a string, or an array of parts.</summary>
    public static void ReadContent(JsonElement owner, List<AIContent> contents)
    {
        if (!owner.TryGet("content", out var content))
        {
            return;
        }

        var annotations = CitationReader.Read(owner);
        if (content.ValueKind == JsonValueKind.String)
        {
            if (content.GetString() is { Length: > 0 } text || annotations is not null)
            {
                contents.Add(new TextContent(content.GetString()) { Annotations = annotations });
            }

            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var part in content.EnumerateArray())
        {
            if (ReadPart(part) is { } read)
            {
                contents.Add(read);
            }
        }
    }

    /// <summary>Reads what stands beside the content: a refusal, audio, images, tools that the provider ran.</summary>
    public static void ReadOthers(JsonElement owner, List<AIContent> contents)
    {
        if (owner.GetStringOrNull("refusal") is { Length: > 0 } refusal)
        {
            contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
        }

        if (owner.TryGetObject("audio", out var audio) && audio.GetStringOrNull("data") is { } data && TryDecode(data, out var bytes))
        {
            contents.Add(new DataContent(bytes, "audio/mpeg") { RawRepresentation = audio.Clone() });
            if (audio.GetStringOrNull("transcript") is { Length: > 0 } transcript)
            {
                contents.Add(new TextContent(transcript));
            }
        }

        foreach (var image in owner.EnumerateArrayOrEmpty("images"))
        {
            if (ReadPart(image) is { } read)
            {
                contents.Add(read);
            }
        }

        foreach (var executed in owner.EnumerateArrayOrEmpty("executed_tools"))
        {
            contents.Add(new AIContent { RawRepresentation = executed.Clone() });
        }
    }

    /// <summary>Returns a call's arguments, which some servers send as an object instead of as its JSON.</summary>
    public static string? GetArguments(JsonElement function) =>
        function.TryGet("arguments", out var arguments) ? arguments.ValueKind == JsonValueKind.String ? arguments.GetString() : arguments.GetRawText() : null;

    // DeepSeek wants the member back within a tool loop even when it was empty.
    private string? EmptyReasoning(JsonElement message) =>
        dialect.ReasoningHistory == ReasoningHistory.ReasoningContent ? message.GetStringOrNull("reasoning_content") : null;

    private static AIContent? ReadPart(JsonElement part) => part.GetStringOrNull("type") switch
    {
        "text" or "output_text" => part.GetStringOrNull("text") is { Length: > 0 } text ? new TextContent(text) { Annotations = CitationReader.Read(part) } : null,
        "thinking" => ReadThinking(part) is { Length: > 0 } thinking ? ReasoningDetails.CreateContent(thinking, null) : null,
        "refusal" => part.GetStringOrNull("refusal") is { Length: > 0 } refusal ? new ErrorContent(refusal) { ErrorCode = "Refusal" } : null,
        "image_url" when part.TryGetObject("image_url", out var image) && image.GetStringOrNull("url") is { } url => ReadImage(url, part),
        _ => new AIContent { RawRepresentation = part.Clone() },
    };

    private static AIContent ReadImage(string url, JsonElement part)
    {
        try
        {
            return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(url) : new UriContent(url, "image/*");
        }
        catch (Exception exception) when (exception is UriFormatException or ArgumentException)
        {
            return new AIContent { RawRepresentation = part.Clone() };
        }
    }

    private static string ReadThinking(JsonElement part)
    {
        if (part.GetStringOrNull("thinking") is { } whole)
        {
            return whole;
        }

        var text = new StringBuilder();
        foreach (var piece in part.EnumerateArrayOrEmpty("thinking"))
        {
            text.Append(piece.GetStringOrNull("text"));
        }

        return text.ToString();
    }

    private static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = new byte[base64.Length / 4 * 3];
        var valid = Convert.TryFromBase64String(base64, bytes, out var written);
        bytes = valid ? bytes[..written] : [];
        return valid;
    }
}
