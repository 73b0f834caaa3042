using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic;

/// <summary>Citations. The wire cites with a whole text block, so the annotated region is the whole text.</summary>
internal static class AnthropicCitations
{
    /// <summary>Returns the annotations of a block's citations, or <see langword="null"/> when it has none.</summary>
    public static List<AIAnnotation>? Read(JsonElement block, int length)
    {
        List<AIAnnotation>? annotations = null;
        foreach (var citation in block.EnumerateArrayOrEmpty("citations"))
        {
            (annotations ??= []).Add(ReadOne(citation, length));
        }

        return annotations;
    }

    /// <summary>Reads one citation.</summary>
    /// <param name="citation">The citation.</param>
    /// <param name="length">The length of the text that cites, or 0 when it is not known to be one with the citation.</param>
    public static CitationAnnotation ReadOne(JsonElement citation, int length)
    {
        var url = citation.GetStringOrNull("url") ?? (citation.ValueEquals("type", "search_result_location") ? citation.GetStringOrNull("source") : null);
        return new CitationAnnotation
        {
            Title = citation.GetStringOrNull("title") ?? citation.GetStringOrNull("document_title"),
            Url = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri : null,
            FileId = citation.GetStringOrNull("file_id"),
            Snippet = citation.GetStringOrNull("cited_text"),
            ToolName = citation.ValueEquals("type", "web_search_result_location") ? "web_search" : null,
            AnnotatedRegions = length > 0 ? [new TextSpanAnnotatedRegion { StartIndex = 0, EndIndex = length }] : null,
            RawRepresentation = citation,
        };
    }

    /// <summary>Writes the member <c>citations</c> from the annotations that came from this wire, if there are any.</summary>
    public static void Write(Utf8JsonWriter writer, IList<AIAnnotation>? annotations)
    {
        if (annotations is null)
        {
            return;
        }

        var any = false;
        foreach (var annotation in annotations)
        {
            // The types of this wire's citations all end like this; those of others do not.
            if (annotation.RawRepresentation is not JsonElement { ValueKind: JsonValueKind.Object } citation
                || citation.GetStringOrNull("type")?.EndsWith("_location", StringComparison.Ordinal) is not true)
            {
                continue;
            }

            if (!any)
            {
                writer.WriteStartArray("citations");
                any = true;
            }

            citation.WriteTo(writer);
        }

        if (any)
        {
            writer.WriteEndArray();
        }
    }
}
