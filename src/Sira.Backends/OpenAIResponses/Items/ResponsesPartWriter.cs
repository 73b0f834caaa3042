using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Writes the parts of a message item or of a tool's output.</summary>
internal static class ResponsesPartWriter
{
    /// <summary>Whether a content is a part in a message of this role. The assistant's can only be text and refusals.</summary>
    public static bool CanWrite(AIContent content, string role) => content switch
    {
        TextContent => true,
        ErrorContent error => role == "assistant" && error.ErrorCode == ResponsesPartReader.RefusalCode,
        DataContent or UriContent or HostedFileContent => role != "assistant",
        _ when content.GetType() == typeof(AIContent) => TryGetRawPart(content, out _),
        _ => false,
    };

    /// <summary>Whether a text is nothing but its text, so that a message of it can be written as a string.</summary>
    public static bool IsPlain(TextContent text) => !ResponsesProperties.TryGet(text, ResponsesProperties.Part, out _) && !HasAnnotations(text);

    /// <summary>Whether this is an empty text, which is no part of its own: a stream brings the annotations of a text after it, in one of these.</summary>
    public static bool IsTrailer(AIContent content) =>
        content is TextContent { Text.Length: 0 } && !ResponsesProperties.TryGet(content, ResponsesProperties.Part, out _) && !ResponsesProperties.TryGet(content, ResponsesProperties.Item, out _);

    /// <summary>Writes the part at an index, together with the trailers that follow it.</summary>
    public static void Write(Utf8JsonWriter writer, IList<AIContent> contents, int index, string role)
    {
        var content = contents[index];
        if (content.GetType() == typeof(AIContent) && TryGetRawPart(content, out var raw))
        {
            raw.WriteTo(writer);
            return;
        }

        var hasExtra = ResponsesProperties.TryGet(content, ResponsesProperties.Part, out var extra);

        // The reader remembers a part's type where another one would be chosen for its content.
        var type = hasExtra ? extra.GetStringOrNull("type") : null;
        writer.WriteStartObject();
        switch (content)
        {
            case TextContent text:
                writer.WriteString("type"u8, type ?? (role == "assistant" ? "output_text" : "input_text"));
                writer.WriteString("text"u8, text.Text);
                WriteAnnotations(writer, text, contents, index + 1);
                break;
            case ErrorContent refusal:
                writer.WriteString("type"u8, "refusal"u8);
                writer.WriteString("refusal"u8, refusal.Message);
                break;
            case DataContent data when type is null && data.HasTopLevelMediaType("audio"):
                WriteAudio(writer, data);
                break;
            case DataContent data:
                WriteData(writer, data, type);
                break;
            case UriContent uri:
                WriteUri(writer, uri, type);
                break;
            case HostedFileContent file:
                WriteFile(writer, file, type);
                break;
        }

        if (hasExtra)
        {
            ResponsesProperties.WriteMembers(writer, extra, "type");
        }

        writer.WriteEndObject();
    }

    private static bool TryGetRawPart(AIContent content, out JsonElement part) =>
        ResponsesProperties.TryGet(content, ResponsesProperties.Part, out part) || ResponsesItemTypes.IsPart(content.RawRepresentation, out part);

    private static bool HasAnnotations(TextContent text)
    {
        foreach (var annotation in text.Annotations ?? [])
        {
            if (ResponsesAnnotations.IsWritable(annotation))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteAnnotations(Utf8JsonWriter writer, TextContent text, IList<AIContent> contents, int next)
    {
        var started = WriteAnnotations(writer, text, started: false);
        while (next < contents.Count && IsTrailer(contents[next]))
        {
            started = WriteAnnotations(writer, (TextContent)contents[next++], started);
        }

        if (started)
        {
            writer.WriteEndArray();
        }
    }

    private static bool WriteAnnotations(Utf8JsonWriter writer, TextContent text, bool started)
    {
        foreach (var annotation in text.Annotations ?? [])
        {
            if (!ResponsesAnnotations.IsWritable(annotation))
            {
                continue;
            }

            if (!started)
            {
                started = true;
                writer.WriteStartArray("annotations"u8);
            }

            ((JsonElement)annotation.RawRepresentation!).WriteTo(writer);
        }

        return started;
    }

    private static void WriteData(Utf8JsonWriter writer, DataContent data, string? type)
    {
        if (type == "input_image" || (type is null && data.HasTopLevelMediaType("image")))
        {
            writer.WriteString("type"u8, "input_image"u8);
            writer.WriteString("image_url"u8, data.Uri);
            WriteDetail(writer, data);
            return;
        }

        writer.WriteString("type"u8, "input_file"u8);

        // The provider tells the kind of a file by its name and rejects one without.
        writer.WriteString("filename"u8, data.Name ?? "file" + ToExtension(data.MediaType));
        writer.WriteString("file_data"u8, data.Uri);
    }

    private static void WriteUri(Utf8JsonWriter writer, UriContent uri, string? type)
    {
        if (type == "input_image" || (type is null && uri.HasTopLevelMediaType("image")))
        {
            writer.WriteString("type"u8, "input_image"u8);
            writer.WriteString("image_url"u8, uri.Uri.OriginalString);
            WriteDetail(writer, uri);
            return;
        }

        writer.WriteString("type"u8, "input_file"u8);
        writer.WriteString("file_url"u8, uri.Uri.OriginalString);
    }

    private static void WriteFile(Utf8JsonWriter writer, HostedFileContent file, string? type)
    {
        var isImage = type == "input_image" || (type is null && file.MediaType is not null && file.HasTopLevelMediaType("image"));
        writer.WriteString("type"u8, isImage ? "input_image"u8 : "input_file"u8);
        writer.WriteString("file_id"u8, file.FileId);
        if (isImage)
        {
            WriteDetail(writer, file);
        }
    }

    private static void WriteDetail(Utf8JsonWriter writer, AIContent content)
    {
        if (ResponsesProperties.GetString(content, ResponsesProperties.ImageDetail) is { } detail)
        {
            writer.WriteString("detail"u8, detail);
        }
    }

    private static void WriteAudio(Utf8JsonWriter writer, DataContent data)
    {
        writer.WriteString("type"u8, "input_audio"u8);
        writer.WriteStartObject("input_audio"u8);
        writer.WriteString("data"u8, data.Base64Data.Span);
        writer.WriteString("format"u8, data.MediaType switch
        {
            "audio/mpeg" or "audio/mp3" => "mp3",
            "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => "wav",
            var other => other["audio/".Length..],
        });
        writer.WriteEndObject();
    }

    private static string ToExtension(string mediaType) => mediaType switch
    {
        "text/plain" => ".txt",
        "text/markdown" => ".md",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => ".docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ".xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => ".pptx",
        _ => "." + mediaType[(mediaType.IndexOf('/') + 1)..],
    };
}
