using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Parts;

/// <summary>Reads one part of a content, in a response or in a request, into MEAI's contents. Throws <see cref="JsonException"/> for a part that the protocol does not allow.</summary>
internal static class GeminiPartReader
{
    private const string PythonMediaType = "text/x-python";

    /// <summary>Reads a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="contents">Where its contents go.</param>
    /// <param name="ids">What names calls without an id.</param>
    /// <param name="keepEmpty">Whether an empty text is a content: in a request it can be a whole turn, in a response it is noise.</param>
    public static void Read(JsonElement part, IList<AIContent> contents, GeminiCallIds ids, bool keepEmpty)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"A part is a JSON {part.ValueKind}, not an object.");
        }

        var signature = part.GetEitherStringOrNull("thoughtSignature", "thought_signature");
        if (part.TryGet("text", out var text) && text.ValueKind == JsonValueKind.String)
        {
            ReadText(text.GetString()!, part.GetBooleanOrNull("thought") == true, signature, contents, keepEmpty);
        }
        else if (ReadData(part, ids) is { } content)
        {
            SetProperties(content, part, signature);
            contents.Add(content);
        }
        else if (signature is not null)
        {
            ReadText(string.Empty, thought: false, signature, contents, keepEmpty: false);
        }
    }

    /// <summary>Reads <c>inlineData</c>'s value.</summary>
    public static DataContent ReadInlineData(JsonElement blob)
    {
        var mediaType = blob.GetEitherStringOrNull("mimeType", "mime_type");
        if (string.IsNullOrEmpty(mediaType) || !MediaTypeHeaderValue.TryParse(mediaType, out _))
        {
            mediaType = "application/octet-stream";
        }

        if (!blob.TryGet("data", out var data) || data.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("Inline data without data.");
        }

        if (data.TryGetBytesFromBase64(out var bytes))
        {
            return new DataContent(bytes, mediaType);
        }

        try
        {
            // Protobuf's parsers take the URL-safe alphabet as well.
            return new DataContent(Base64Url.DecodeFromChars(data.GetString()), mediaType);
        }
        catch (FormatException exception)
        {
            throw new JsonException("Inline data that are no base64.", exception);
        }
    }

    /// <summary>Reads <c>fileData</c>'s value.</summary>
    public static AIContent ReadFileData(JsonElement file)
    {
        var uri = file.GetEitherStringOrNull("fileUri", "file_uri");
        if (string.IsNullOrWhiteSpace(uri))
        {
            throw new JsonException("File data without an address.");
        }

        var mediaType = file.GetEitherStringOrNull("mimeType", "mime_type");
        return !string.IsNullOrEmpty(mediaType) && MediaTypeHeaderValue.TryParse(mediaType, out _) && Uri.TryCreate(uri, UriKind.Absolute, out var address)
            ? new UriContent(address, mediaType)
            : new HostedFileContent(uri);
    }

    private static void ReadText(string text, bool thought, string? signature, IList<AIContent> contents, bool keepEmpty)
    {
        if (thought)
        {
            contents.Add(ReasoningOrigin.Mark(new TextReasoningContent(text) { ProtectedData = signature }, GeminiWireFormat.WireName));
            return;
        }

        if (text.Length > 0 || (keepEmpty && signature is null))
        {
            contents.Add(new TextContent(text));
        }

        if (signature is not null)
        {
            var carrier = ReasoningOrigin.Mark(new TextReasoningContent(string.Empty) { ProtectedData = signature }, GeminiWireFormat.WireName);
            if (text.Length > 0)
            {
                carrier.AdditionalProperties![GeminiProperties.ThoughtSignatureOf] = "text";
            }

            contents.Add(carrier);
        }
    }

    private static AIContent? ReadData(JsonElement part, GeminiCallIds ids)
    {
        if (part.TryGetEitherObject("functionCall", "function_call", out var call))
        {
            return ReadCall(call, ids);
        }

        if (part.TryGetEitherObject("functionResponse", "function_response", out var response))
        {
            return GeminiToolResult.Read(response, ids);
        }

        if (part.TryGetEitherObject("inlineData", "inline_data", out var blob))
        {
            return ReadInlineData(blob);
        }

        if (part.TryGetEitherObject("fileData", "file_data", out var file))
        {
            return ReadFileData(file);
        }

        if (part.TryGetEitherObject("executableCode", "executable_code", out var code))
        {
            return ReadCode(code, ids, part);
        }

        if (part.TryGetEitherObject("codeExecutionResult", "code_execution_result", out var outcome))
        {
            return ReadCodeResult(outcome, ids, part);
        }

        if (part.TryGetEitherObject("toolCall", "tool_call", out var toolCall) && IsWebSearch(toolCall))
        {
            return new WebSearchToolCallContent(ids.Or(toolCall.GetStringOrNull("id"))) { Queries = ReadQueries(toolCall), RawRepresentation = part.Clone() };
        }

        if (part.TryGetEitherObject("toolResponse", "tool_response", out var toolResponse) && IsWebSearch(toolResponse))
        {
            return new WebSearchToolResultContent(ids.Or(toolResponse.GetStringOrNull("id"))) { RawRepresentation = part.Clone() };
        }

        return GeminiRawPart.IsPart(part) ? new AIContent { RawRepresentation = part.Clone() } : null;
    }

    private static FunctionCallContent ReadCall(JsonElement call, GeminiCallIds ids)
    {
        var name = call.GetStringOrNull("name");
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new JsonException("A function call without a name.");
        }

        return WireJson.CreateCall(ids.ForCall(call.GetStringOrNull("id"), name), name, call.TryGet("args", out var arguments) ? arguments.GetRawText() : null);
    }

    private static CodeInterpreterToolCallContent ReadCode(JsonElement code, GeminiCallIds ids, JsonElement part)
    {
        var mediaType = code.GetStringOrNull("language") is null or "PYTHON" ? PythonMediaType : "text/plain";
        return new CodeInterpreterToolCallContent(ids.ForCode(code.GetStringOrNull("id")))
        {
            Inputs = [new DataContent(Encoding.UTF8.GetBytes(code.GetStringOrNull("code") ?? string.Empty), mediaType)],
            RawRepresentation = part.Clone(),
        };
    }

    private static CodeInterpreterToolResultContent ReadCodeResult(JsonElement result, GeminiCallIds ids, JsonElement part)
    {
        var content = new CodeInterpreterToolResultContent(ids.ForCodeResult(result.GetStringOrNull("id"))) { RawRepresentation = part.Clone() };
        var output = result.GetStringOrNull("output");
        var outcome = result.GetStringOrNull("outcome");
        if (outcome is not (null or "OUTCOME_OK"))
        {
            content.Outputs = [new ErrorContent(output) { ErrorCode = outcome }];
        }
        else if (output is not null)
        {
            content.Outputs = [new TextContent(output)];
        }

        return content;
    }

    private static bool IsWebSearch(JsonElement tool) => tool.GetEitherStringOrNull("toolType", "tool_type") == "GOOGLE_SEARCH_WEB";

    private static List<string>? ReadQueries(JsonElement call)
    {
        List<string>? queries = null;
        if (call.TryGetObject("args", out var arguments))
        {
            foreach (var query in arguments.EnumerateArrayOrEmpty("queries"))
            {
                if (query.ValueKind == JsonValueKind.String)
                {
                    (queries ??= []).Add(query.GetString()!);
                }
            }
        }

        return queries;
    }

    private static void SetProperties(AIContent content, JsonElement part, string? signature)
    {
        if (signature is not null)
        {
            (content.AdditionalProperties ??= [])[GeminiProperties.ThoughtSignature] = signature;
        }

        if (part.GetBooleanOrNull("thought") == true)
        {
            (content.AdditionalProperties ??= [])[GeminiProperties.Thought] = true;
        }

        if (content is not (DataContent or UriContent or HostedFileContent))
        {
            return;
        }

        if (part.TryGetEither("videoMetadata", "video_metadata", out var video))
        {
            (content.AdditionalProperties ??= [])[GeminiProperties.VideoMetadata] = video.Clone();
        }

        if (part.TryGetEither("mediaResolution", "media_resolution", out var resolution))
        {
            (content.AdditionalProperties ??= [])[GeminiProperties.MediaResolution] = resolution.Clone();
        }
    }
}
