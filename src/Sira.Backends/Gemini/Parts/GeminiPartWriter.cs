using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Parts;

/// <summary>Writes one content as a part: media, code and its outcome, function calls, and parts that were kept raw.</summary>
internal static class GeminiPartWriter
{
    // The files API names a file files/{id}; fileData wants its address.
    private const string FilesAddress = "https://generativelanguage.googleapis.com/v1beta/";

    /// <summary>Whether the content is one that <see cref="Write"/> writes. What is not (errors, usage, approvals, other providers' raw blocks) says nothing to the model.</summary>
    public static bool CanWrite(AIContent content) =>
        content is DataContent or UriContent or HostedFileContent or CodeInterpreterToolCallContent or CodeInterpreterToolResultContent || GeminiRawPart.TryGet(content, out _);

    public static void Write(Utf8JsonWriter writer, AIContent content)
    {
        if (GeminiRawPart.TryGet(content, out var raw))
        {
            raw.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        switch (content)
        {
            case DataContent data:
                writer.WriteStartObject("inlineData");
                writer.WriteString("mimeType", data.MediaType);
                writer.WriteBase64String("data", data.Data.Span);
                writer.WriteEndObject();
                break;
            case UriContent uri:
                WriteFile(writer, uri.Uri.OriginalString, uri.MediaType);
                break;
            case HostedFileContent file:
                WriteFile(writer, ToAddress(file.FileId), file.MediaType);
                break;
            case CodeInterpreterToolCallContent code:
                WriteCode(writer, code);
                break;
            case CodeInterpreterToolResultContent result:
                WriteCodeResult(writer, result);
                break;
        }

        WriteProperty(writer, content, GeminiProperties.VideoMetadata);
        WriteProperty(writer, content, GeminiProperties.MediaResolution);
        if (content.AdditionalProperties is { } properties && properties.TryGetValue(GeminiProperties.Thought, out var thought)
            && thought is true or JsonElement { ValueKind: JsonValueKind.True })
        {
            writer.WriteBoolean("thought", true);
        }

        WriteSignature(writer, content);
        writer.WriteEndObject();
    }

    public static void WriteCall(Utf8JsonWriter writer, FunctionCallContent call, string? defaultSignature)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionCall");
        if (!GeminiCallIds.IsGenerated(call.CallId))
        {
            writer.WriteString("id", call.CallId);
        }

        writer.WriteString("name", call.Name);
        writer.WritePropertyName("args");
        WireJson.WriteArguments(writer, call.Arguments);
        writer.WriteEndObject();
        WriteSignature(writer, call, defaultSignature);
        writer.WriteEndObject();
    }

    public static void WriteSignature(Utf8JsonWriter writer, AIContent content, string? defaultSignature = null)
    {
        if ((content.GetProperty(GeminiProperties.ThoughtSignature) ?? defaultSignature) is { Length: > 0 } signature)
        {
            writer.WriteString("thoughtSignature", signature);
        }
    }

    private static void WriteFile(Utf8JsonWriter writer, string uri, string? mediaType)
    {
        writer.WriteStartObject("fileData");
        if (mediaType is not null)
        {
            writer.WriteString("mimeType", mediaType);
        }

        writer.WriteString("fileUri", uri);
        writer.WriteEndObject();
    }

    private static string ToAddress(string fileId) =>
        fileId.Contains("://", StringComparison.Ordinal) ? fileId
        : fileId.StartsWith("files/", StringComparison.Ordinal) ? FilesAddress + fileId
        : FilesAddress + "files/" + fileId;

    private static void WriteCode(Utf8JsonWriter writer, CodeInterpreterToolCallContent code)
    {
        writer.WriteStartObject("executableCode");
        WriteId(writer, code.CallId);
        var (text, language) = (string.Empty, "LANGUAGE_UNSPECIFIED");
        foreach (var input in code.Inputs ?? [])
        {
            if (input is DataContent data)
            {
                (text, language) = (Encoding.UTF8.GetString(data.Data.Span), data.MediaType == "text/x-python" ? "PYTHON" : language);
                break;
            }

            if (input is TextContent plain)
            {
                (text, language) = (plain.Text, "PYTHON");
                break;
            }
        }

        writer.WriteString("language", language);
        writer.WriteString("code", text);
        writer.WriteEndObject();
    }

    private static void WriteCodeResult(Utf8JsonWriter writer, CodeInterpreterToolResultContent result)
    {
        writer.WriteStartObject("codeExecutionResult");
        WriteId(writer, result.CallId);
        var (outcome, output) = ("OUTCOME_OK", (string?)null);
        foreach (var content in result.Outputs ?? [])
        {
            if (content is ErrorContent error)
            {
                (outcome, output) = (error.ErrorCode?.StartsWith("OUTCOME_", StringComparison.Ordinal) == true ? error.ErrorCode : "OUTCOME_FAILED", error.Message);
                break;
            }

            if (content is TextContent text)
            {
                output = output + text.Text;
            }
        }

        writer.WriteString("outcome", outcome);
        if (!string.IsNullOrEmpty(output))
        {
            writer.WriteString("output", output);
        }

        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, string id)
    {
        if (!GeminiCallIds.IsGenerated(id))
        {
            writer.WriteString("id", id);
        }
    }

    private static void WriteProperty(Utf8JsonWriter writer, AIContent content, string name)
    {
        if (content.AdditionalProperties is { } properties && properties.TryGetValue(name, out var value) && value is JsonElement element)
        {
            writer.WritePropertyName(name);
            element.WriteTo(writer);
        }
    }
}
