using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Reads images and documents.</summary>
internal static class AnthropicMediaReader
{
    private static readonly string[] Members = ["source", AnthropicProperties.Title, AnthropicProperties.Context, AnthropicProperties.Citations, AnthropicProperties.CacheControl];

    public static AIContent Read(JsonElement block, string path)
    {
        var image = block.ValueEquals("type", "image");
        if (!block.TryGetObject("source", out var source))
        {
            throw new JsonException($"{path}: an image or a document must have a source.");
        }

        var content = ReadSource(source, image, path);
        if (content is null)
        {
            return new AIContent { RawRepresentation = block };
        }

        foreach (var name in (ReadOnlySpan<string>)[AnthropicProperties.Title, AnthropicProperties.Context, AnthropicProperties.Citations])
        {
            if (block.TryGet(name, out var value))
            {
                (content.AdditionalProperties ??= [])[name] = value;
            }
        }

        if (content is DataContent data)
        {
            data.Name = block.GetStringOrNull(AnthropicProperties.Title);
        }

        content.RawRepresentation = AnthropicBlocks.HasOtherMembers(block, Members) ? block : null;
        return content;
    }

    /// <summary>Reads a source; <see langword="null"/> for one that only the provider knows, such as a document made of blocks.</summary>
    private static AIContent? ReadSource(JsonElement source, bool image, string path)
    {
        switch (source.GetStringOrNull("type"))
        {
            case "base64" when source.GetStringOrNull("media_type") is { Length: > 0 } mediaType && source.TryGet("data", out var data):
                if (data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out var bytes))
                {
                    throw new JsonException($"{path}: the data of a source is not base64.");
                }

                return CreateData(bytes, mediaType, path);
            case "text" when source.GetStringOrNull("data") is { } text:
                return new DataContent(Encoding.UTF8.GetBytes(text), "text/plain");
            case "url" when Uri.TryCreate(source.GetStringOrNull("url"), UriKind.Absolute, out var url) && url.Scheme != "data":
                return new UriContent(url, image ? "image/*" : "application/pdf");
            case "file" when source.GetStringOrNull("file_id") is { Length: > 0 } id:
                return image ? new HostedFileContent(id) { MediaType = "image/*" } : new HostedFileContent(id);
            default:
                return null;
        }
    }

    private static DataContent CreateData(byte[] bytes, string mediaType, string path)
    {
        try
        {
            return new DataContent(bytes, mediaType);
        }
        catch (ArgumentException exception)
        {
            throw new JsonException($"{path}: '{mediaType}' is not a media type.", exception);
        }
    }
}
