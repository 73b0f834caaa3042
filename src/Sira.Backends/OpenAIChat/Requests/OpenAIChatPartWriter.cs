using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Writes one content as a part of a message's content.</summary>
internal sealed class OpenAIChatPartWriter(OpenAIDialect dialect)
{
    public bool HasCacheControl(AIContent content) => dialect.CacheControl && TryGetCacheControl(content, out _);

    /// <summary>Whether a content is one that <see cref="Write"/> writes.</summary>
    public static bool CanWrite(AIContent content) =>
        content is TextContent or DataContent or UriContent or HostedFileContent
        || (content is { RawRepresentation: JsonElement { ValueKind: JsonValueKind.Object } } && content.GetType() == typeof(AIContent));

    public void Write(Utf8JsonWriter json, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                Begin(json, "text");
                json.WriteString("text", text.Text);
                End(json, content);
                break;
            case DataContent data when data.HasTopLevelMediaType("image"):
                WriteAddress(json, "image_url", data.Uri, content);
                break;
            case UriContent uri when uri.HasTopLevelMediaType("image"):
                WriteAddress(json, "image_url", uri.Uri.OriginalString, content);
                break;
            case DataContent data when data.HasTopLevelMediaType("video"):
                WriteAddress(json, "video_url", data.Uri, content);
                break;
            case UriContent uri when uri.HasTopLevelMediaType("video"):
                WriteAddress(json, "video_url", uri.Uri.OriginalString, content);
                break;
            case DataContent data when data.HasTopLevelMediaType("audio"):
                WriteAudio(json, data);
                break;
            case HostedFileContent hosted when dialect.Files == FileParts.DocumentUrl:
                Begin(json, "file");
                json.WriteString("file_id", hosted.FileId);
                End(json, content);
                break;
            case HostedFileContent hosted:
                BeginFile(json);
                json.WriteString("file_id", hosted.FileId);
                json.WriteEndObject();
                End(json, content);
                break;
            case DataContent data:
                WriteFile(json, content, data.Uri, data.Name);
                break;
            case UriContent uri when !dialect.FileAddresses || uri.HasTopLevelMediaType("audio"):
                throw new BackendException(
                    BackendErrorKind.BadRequest,
                    $"The chat completions of '{dialect.Name}' take '{uri.MediaType}' as data, not by address. Use DataContent, upload it and use HostedFileContent, or choose a target that reads addresses, such as one with Api = \"responses\".");
            case UriContent uri:
                WriteFile(json, content, uri.Uri.OriginalString, null);
                break;
            case { RawRepresentation: JsonElement { ValueKind: JsonValueKind.Object } raw } when content.GetType() == typeof(AIContent):
                raw.WriteTo(json);
                break;
        }
    }

    private static void Begin(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
    }

    private static void BeginFile(Utf8JsonWriter json)
    {
        Begin(json, "file");
        json.WriteStartObject("file");
    }

    private void WriteAddress(Utf8JsonWriter json, string type, string address, AIContent content)
    {
        Begin(json, type);
        json.WriteStartObject(type);
        json.WriteString("url", address);
        if (content.AdditionalProperties is { } properties && properties.TryGetValue("detail", out var detail) && detail?.ToString() is { Length: > 0 } word)
        {
            json.WriteString("detail", word);
        }

        json.WriteEndObject();
        End(json, content);
    }

    private void WriteAudio(Utf8JsonWriter json, DataContent data)
    {
        Begin(json, "input_audio");
        json.WriteStartObject("input_audio");
        json.WriteString("data", data.Base64Data.Span);
        json.WriteString("format", AudioFormats.FromMediaType(data.MediaType));
        json.WriteEndObject();
        End(json, data);
    }

    private void WriteFile(Utf8JsonWriter json, AIContent content, string address, string? name)
    {
        if (dialect.Files == FileParts.DocumentUrl)
        {
            Begin(json, "document_url");
            json.WriteString("document_url", address);
            if (name is not null)
            {
                json.WriteString("document_name", name);
            }
        }
        else
        {
            BeginFile(json);
            // Data without a file name is refused.
            json.WriteString("filename", name ?? "document.pdf");
            json.WriteString("file_data", address);
            json.WriteEndObject();
        }

        End(json, content);
    }

    private void End(Utf8JsonWriter json, AIContent content)
    {
        if (dialect.CacheControl && TryGetCacheControl(content, out var control))
        {
            json.WritePropertyName("cache_control");
            control.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static bool TryGetCacheControl(AIContent content, out JsonElement control)
    {
        control = default;
        return content.AdditionalProperties is { } properties && properties.TryGetValue("cache_control", out var value) && WireJson.TryGetObject(value, out control);
    }
}
