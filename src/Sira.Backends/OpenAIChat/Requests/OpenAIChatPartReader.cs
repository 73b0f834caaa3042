using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Reads the content of a request's message.</summary>
internal static class OpenAIChatPartReader
{
    public static List<AIContent> ReadContent(JsonElement message)
    {
        if (!message.TryGet("content", out var content))
        {
            return [];
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextContent(content.GetString())];
        }

        var contents = new List<AIContent>();
        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                contents.Add(ReadPart(part));
            }
        }

        return contents;
    }

    private static AIContent ReadPart(JsonElement part)
    {
        AIContent content;
        try
        {
            content = TryReadPart(part) ?? new AIContent { RawRepresentation = part };
        }
        catch (Exception exception) when (exception is UriFormatException or ArgumentException or FormatException)
        {
            // Not what MEAI takes for an address or base64; the provider may think otherwise.
            return new AIContent { RawRepresentation = part };
        }

        if (part.TryGetObject("cache_control", out var control) && content.GetType() != typeof(AIContent))
        {
            (content.AdditionalProperties ??= [])["cache_control"] = control;
        }

        return content;
    }

    private static AIContent? TryReadPart(JsonElement part) => part.GetStringOrNull("type") switch
    {
        "text" => new TextContent(part.GetStringOrNull("text")),
        "image_url" => ReadAddress(part, "image_url", "image/*"),
        "video_url" => ReadAddress(part, "video_url", "video/*"),
        "document_url" when part.GetStringOrNull("document_url") is { } url => FromAddress(url, "application/pdf", part.GetStringOrNull("document_name")),
        "input_audio" when part.TryGetObject("input_audio", out var audio) && audio.GetStringOrNull("data") is { } data =>
            new DataContent(Convert.FromBase64String(data), AudioFormats.ToMediaType(audio.GetStringOrNull("format"))),
        "file" when part.TryGetObject("file", out var file) => ReadFile(file),
        _ => null,
    };

    private static AIContent? ReadFile(JsonElement file) =>
        file.GetStringOrNull("file_id") is { } id ? new HostedFileContent(id)
        : file.GetStringOrNull("file_data") is { } data ? FromAddress(data, "application/pdf", file.GetStringOrNull("filename"))
        : null;

    private static AIContent? ReadAddress(JsonElement part, string name, string mediaType)
    {
        if (part.GetStringOrNull(name) is { } bare)
        {
            return FromAddress(bare, mediaType, null);
        }

        if (!part.TryGetObject(name, out var image) || image.GetStringOrNull("url") is not { } url)
        {
            return null;
        }

        var content = FromAddress(url, mediaType, null);
        if (image.GetStringOrNull("detail") is { } detail)
        {
            (content.AdditionalProperties ??= [])["detail"] = detail;
        }

        return content;
    }

    private static AIContent FromAddress(string address, string mediaType, string? name) =>
        address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(address) { Name = name } : new UriContent(address, mediaType);
}
