using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Citations of the text of an answer.</summary>
internal static class ResponsesAnnotations
{
    public static CitationAnnotation Read(JsonElement annotation)
    {
        var citation = new CitationAnnotation
        {
            Title = annotation.GetStringOrNull("title") ?? annotation.GetStringOrNull("filename"),
            Url = Uri.TryCreate(annotation.GetStringOrNull("url"), UriKind.Absolute, out var url) ? url : null,
            FileId = annotation.GetStringOrNull("file_id"),
            RawRepresentation = annotation,
        };

        // A file citation has a single index: the place in the text where it belongs.
        var start = annotation.GetInt32OrNull("start_index") ?? annotation.GetInt32OrNull("index");
        var end = annotation.GetInt32OrNull("end_index") ?? annotation.GetInt32OrNull("index");
        if (start is not null || end is not null)
        {
            citation.AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end }];
        }

        return citation;
    }

    /// <summary>Reads a part's annotations; <see langword="null"/> when it has none.</summary>
    public static List<AIAnnotation>? ReadAll(JsonElement part)
    {
        List<AIAnnotation>? annotations = null;
        foreach (var annotation in part.EnumerateArrayOrEmpty("annotations"))
        {
            if (annotation.ValueKind == JsonValueKind.Object)
            {
                (annotations ??= []).Add(Read(annotation));
            }
        }

        return annotations;
    }

    /// <summary>Whether an annotation came over this wire; those of others are for display and are not sent.</summary>
    public static bool IsWritable(AIAnnotation annotation) =>
        annotation.RawRepresentation is JsonElement raw
        && raw.GetStringOrNull("type") switch
        {
            // Chat completions have one of the same name, with its members one level down.
            "url_citation" => raw.GetStringOrNull("url") is not null,
            "file_citation" or "container_file_citation" or "file_path" => true,
            _ => false,
        };
}
