using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Reads the parts of a message item or of a tool's output.</summary>
internal static class ResponsesPartReader
{
    /// <summary>MEAI's code of an <see cref="ErrorContent"/> that is a refusal.</summary>
    public const string RefusalCode = "Refusal";

    /// <summary>What an image or audio is taken for when the wire does not say.</summary>
    private const string AnyImage = "image/*";

    /// <summary>Reads one part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="isAssistant">Whether it stands in a message of the assistant.</param>
    public static AIContent Read(JsonElement part, bool isAssistant) => part.GetStringOrNull("type") switch
    {
        "input_text" or "output_text" or "text" when part.GetStringOrNull("text") is { } text => ReadText(part, text, isAssistant),
        "refusal" when part.GetStringOrNull("refusal") is { } refusal => ReadRefusal(part, refusal),
        "input_image" => Remember(ReadImage(part), part, "input_image", "image_url", "file_id", "detail"),
        "input_file" => Remember(ReadFile(part), part, "input_file", "file_data", "file_url", "file_id", "filename"),
        "input_audio" => Remember(ReadAudio(part), part, "input_audio", "input_audio"),
        _ => CreateRaw(part),
    };

    private static TextContent ReadText(JsonElement part, string text, bool isAssistant)
    {
        var content = new TextContent(text) { Annotations = ResponsesAnnotations.ReadAll(part), RawRepresentation = part };
        var type = part.GetStringOrNull("type") == (isAssistant ? "output_text" : "input_text") ? "type" : string.Empty;

        // Probabilities are about an answer; the model that gets it back does not read them.
        ResponsesProperties.Set(content, ResponsesProperties.Part, ResponsesProperties.Except(part, type, "text", "annotations", "logprobs"));
        return content;
    }

    private static ErrorContent ReadRefusal(JsonElement part, string refusal)
    {
        var content = new ErrorContent(refusal) { ErrorCode = RefusalCode, RawRepresentation = part };
        ResponsesProperties.Set(content, ResponsesProperties.Part, ResponsesProperties.Except(part, "type", "refusal"));
        return content;
    }

    private static AIContent? ReadImage(JsonElement part)
    {
        var content = part.GetStringOrNull("image_url") is { } url ? ReadUrl(url, AnyImage)
            : ResponsesItemReader.GetName(part, "file_id") is { } fileId ? new HostedFileContent(fileId) { MediaType = AnyImage }
            : null;
        if (content is not null && part.GetStringOrNull("detail") is { } detail)
        {
            (content.AdditionalProperties ??= [])[ResponsesProperties.ImageDetail] = detail;
        }

        return content;
    }

    private static AIContent? ReadFile(JsonElement part)
    {
        var name = part.GetStringOrNull("filename");
        if (part.GetStringOrNull("file_data") is { } data)
        {
            var content = ReadData(data);
            if (content is not null)
            {
                content.Name = name;
            }

            return content;
        }

        if (part.GetStringOrNull("file_url") is { } url)
        {
            return ReadUrl(url, url.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) ? "application/pdf" : "application/octet-stream");
        }

        return ResponsesItemReader.GetName(part, "file_id") is { } fileId ? new HostedFileContent(fileId) { Name = name } : null;
    }

    private static DataContent? ReadAudio(JsonElement part)
    {
        if (!part.TryGetObject("input_audio", out var audio) || audio.GetStringOrNull("data") is not { } data)
        {
            return null;
        }

        var mediaType = audio.GetStringOrNull("format") switch
        {
            "mp3" => "audio/mpeg",
            null => "audio/wav",
            var format => "audio/" + format,
        };
        return ReadData($"data:{mediaType};base64,{data}");
    }

    private static AIContent? ReadUrl(string url, string mediaType) =>
        url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? ReadData(url)
        : Uri.TryCreate(url, UriKind.Absolute, out var uri) ? new UriContent(uri, mediaType)
        : null;

    private static DataContent? ReadData(string uri)
    {
        try
        {
            return new DataContent(uri);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Not a data URI: the part is kept as it is, and its recipient judges it.
            return null;
        }
    }

    /// <summary>Adds what a part holds beyond its content, or keeps the whole part when there is no content for it.</summary>
    private static AIContent Remember(AIContent? content, JsonElement part, string type, params ReadOnlySpan<string> members)
    {
        if (content is null)
        {
            return CreateRaw(part);
        }

        // An image's or file's address has no room for the file's name, which is therefore remembered too.
        ReadOnlySpan<string> known = content is UriContent or HostedFileContent ? ["image_url", "file_url", "file_id", "detail"] : members;
        content.RawRepresentation = part;
        ResponsesProperties.Set(content, ResponsesProperties.Part, ResponsesProperties.Except(part, [IsNatural(content, type) ? "type" : string.Empty, .. known]));
        return content;
    }

    /// <summary>Whether the writer would choose this type by the content alone.</summary>
    private static bool IsNatural(AIContent content, string type) => content switch
    {
        DataContent data => type == (data.HasTopLevelMediaType("image") ? "input_image" : data.HasTopLevelMediaType("audio") ? "input_audio" : "input_file"),
        UriContent uri => type == (uri.HasTopLevelMediaType("image") ? "input_image" : "input_file"),
        _ => true,
    };

    private static AIContent CreateRaw(JsonElement part)
    {
        var content = new AIContent { RawRepresentation = part };
        ResponsesProperties.Set(content, ResponsesProperties.Part, part.Clone());
        return content;
    }
}
