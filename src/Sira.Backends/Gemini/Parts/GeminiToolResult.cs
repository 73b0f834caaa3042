using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Parts;

/// <summary>Maps a tool's result: the wire takes an object, whose members <c>output</c> and <c>error</c> mean what they say, and media beside it.</summary>
internal static class GeminiToolResult
{
    private const string Output = "output";

    /// <summary>Reads a <c>functionResponse</c>.</summary>
    public static FunctionResultContent Read(JsonElement response, GeminiCallIds ids)
    {
        var name = response.GetStringOrNull("name") ?? string.Empty;
        var result = new FunctionResultContent(ids.ForResult(response.GetStringOrNull("id"), name), ReadResult(response))
        {
            AdditionalProperties = new() { [GeminiProperties.FunctionName] = name },
        };
        return result;
    }

    /// <summary>Writes <c>response</c>, the result as an object.</summary>
    public static void WriteResponse(Utf8JsonWriter writer, FunctionResultContent result)
    {
        writer.WritePropertyName("response");
        var value = Restore(result.Result);
        switch (value)
        {
            case JsonElement { ValueKind: JsonValueKind.Object } element:
                element.WriteTo(writer);
                return;
            case IEnumerable<AIContent> contents:
                WriteTexts(writer, contents);
                return;
            case TextContent text:
                WriteTexts(writer, [text]);
                return;
            case AIContent:
                WriteTexts(writer, []);
                return;
        }

        if (result is { Result: null, Exception: { } exception })
        {
            writer.WriteStartObject();
            writer.WriteString("error", exception.Message);
            writer.WriteEndObject();
            return;
        }

        WriteValue(writer, value);
    }

    /// <summary>Returns the media of a result, which the wire carries beside the object; nothing when there are none.</summary>
    public static IEnumerable<AIContent> GetMedia(FunctionResultContent result)
    {
        switch (Restore(result.Result))
        {
            case AIContent medium and (DataContent or UriContent or HostedFileContent):
                yield return medium;
                break;
            case IEnumerable<AIContent> contents:
                foreach (var content in contents)
                {
                    if (content is DataContent or UriContent or HostedFileContent)
                    {
                        yield return content;
                    }
                }

                break;
        }
    }

    private static object? ReadResult(JsonElement response)
    {
        response.TryGetObject("response", out var value);
        List<AIContent>? contents = null;
        foreach (var part in response.EnumerateArrayOrEmpty("parts"))
        {
            contents ??= ReadTexts(value);
            contents.Add(
                part.TryGetEitherObject("inlineData", "inline_data", out var blob) ? GeminiPartReader.ReadInlineData(blob)
                : part.TryGetEitherObject("fileData", "file_data", out var file) ? GeminiPartReader.ReadFileData(file)
                : new AIContent { RawRepresentation = part.Clone() });
        }

        return contents is not null ? contents : Unwrap(value);
    }

    // The object beside media becomes a text that remembers it, so that it goes out again as it came.
    private static List<AIContent> ReadTexts(JsonElement value) => Unwrap(value) switch
    {
        null => [],
        string text => [new TextContent(text)],
        JsonElement element => [new TextContent(element.GetRawText()) { AdditionalProperties = new() { [GeminiProperties.Response] = element } }],
        var other => throw new InvalidOperationException($"A result of type {other.GetType()} was not expected."),
    };

    // {"output": "text"} is how a text is said on this wire; everything else is an object that means itself.
    private static object? Unwrap(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (value.GetPropertyCount() == 1 && value.TryGetProperty(Output, out var output))
        {
            if (output.ValueKind == JsonValueKind.String)
            {
                return output.GetString();
            }

            if (output.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                return output.Clone();
            }
        }

        return value.Clone();
    }

    private static void WriteTexts(Utf8JsonWriter writer, IEnumerable<AIContent> contents)
    {
        string? joined = null;
        foreach (var content in contents)
        {
            if (content is not TextContent text)
            {
                continue;
            }

            if (joined is null && text.AdditionalProperties is { } properties
                && properties.TryGetValue(GeminiProperties.Response, out var value) && value is JsonElement { ValueKind: JsonValueKind.Object } raw)
            {
                raw.WriteTo(writer);
                return;
            }

            joined = joined is null ? text.Text : joined + "\n" + text.Text;
        }

        writer.WriteStartObject();
        if (joined is not null)
        {
            writer.WriteString(Output, joined);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        JsonElement element = default;
        if (value is JsonElement found)
        {
            element = found;
        }
        else if (value is not (null or string))
        {
            element = JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType()));
        }

        if (element.ValueKind == JsonValueKind.Object)
        {
            element.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName(Output);
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteStringValue(value as string ?? string.Empty);
        }
        else
        {
            element.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    // Contents among a result come back from storage as JSON, which MEAI marks with $type.
    private static object? Restore(object? result)
    {
        if (result is not JsonElement element)
        {
            return result;
        }

        var first = element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0 ? element[0] : element;
        if (first.ValueKind != JsonValueKind.Object || !first.TryGetProperty("$type"u8, out _))
        {
            return result;
        }

        try
        {
            var type = element.ValueKind == JsonValueKind.Array ? typeof(IList<AIContent>) : typeof(AIContent);
            return JsonSerializer.Deserialize(element, AIJsonUtilities.DefaultOptions.GetTypeInfo(type));
        }
        catch (JsonException)
        {
            // A tool's own object that happens to have such a member means itself.
            return result;
        }
    }
}
