using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes images and documents.</summary>
internal static class AnthropicMediaWriter
{
    public static void Write(Utf8JsonWriter writer, AIContent content, bool breakpoint = false)
    {
        var (mediaType, name) = content switch
        {
            DataContent data => (data.MediaType, data.Name),
            UriContent uri => (uri.MediaType, null),
            HostedFileContent file => (file.MediaType, file.Name),
            _ => (null, null),
        };
        var image = mediaType is not null && mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase);
        writer.WriteStartObject();
        writer.WriteString("type", image ? "image" : "document");
        WriteSource(writer, content, mediaType);
        if (!image)
        {
            WriteDocumentMembers(writer, content.AdditionalProperties, name);
        }

        AnthropicContentWriter.WriteMediaEnd(writer, content, image ? "image" : "document", breakpoint);
    }

    private static void WriteSource(Utf8JsonWriter writer, AIContent content, string? mediaType)
    {
        writer.WriteStartObject("source");
        switch (content)
        {
            case DataContent data when IsText(mediaType!):
                writer.WriteString("type", "text");
                writer.WriteString("media_type", "text/plain");
                writer.WriteString("data", Encoding.UTF8.GetString(data.Data.Span));
                break;
            case DataContent data:
                writer.WriteString("type", "base64");
                writer.WriteString("media_type", mediaType);
                writer.WriteBase64String("data", data.Data.Span);
                break;
            case UriContent uri:
                writer.WriteString("type", "url");
                writer.WriteString("url", uri.Uri.OriginalString);
                break;
            case HostedFileContent file:
                writer.WriteString("type", "file");
                writer.WriteString("file_id", file.FileId);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteDocumentMembers(Utf8JsonWriter writer, AdditionalPropertiesDictionary? properties, string? name)
    {
        if (properties?.ContainsKey(AnthropicProperties.Title) is true)
        {
            AnthropicContentWriter.WriteProperty(writer, properties, AnthropicProperties.Title);
        }
        else if (!string.IsNullOrEmpty(name))
        {
            writer.WriteString(AnthropicProperties.Title, name);
        }

        AnthropicContentWriter.WriteProperty(writer, properties, AnthropicProperties.Context);
        if (properties is not null && properties.TryGetValue(AnthropicProperties.Citations, out var citations) && citations is bool enabled)
        {
            writer.WriteStartObject(AnthropicProperties.Citations);
            writer.WriteBoolean("enabled", enabled);
            writer.WriteEndObject();
        }
        else
        {
            AnthropicContentWriter.WriteProperty(writer, properties, AnthropicProperties.Citations);
        }
    }

    /// <summary>Whether a file is text, which the wire takes as it is.</summary>
    private static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("application/xml", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("+xml", StringComparison.OrdinalIgnoreCase) && !mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase);
}
