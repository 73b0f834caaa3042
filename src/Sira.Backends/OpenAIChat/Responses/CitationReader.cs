using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads the citations of a web search.</summary>
internal static class CitationReader
{
    public static IList<AIAnnotation>? Read(JsonElement owner)
    {
        List<AIAnnotation>? annotations = null;
        foreach (var annotation in owner.EnumerateArrayOrEmpty("annotations"))
        {
            if (!annotation.TryGetObject("url_citation", out var citation))
            {
                continue;
            }

            var read = new CitationAnnotation
            {
                Title = citation.GetStringOrNull("title"),
                Url = Uri.TryCreate(citation.GetStringOrNull("url"), UriKind.Absolute, out var url) ? url : null,
                Snippet = citation.GetStringOrNull("content"),
                RawRepresentation = annotation.Clone(),
            };
            if (citation.GetInt32OrNull("start_index") is { } start && citation.GetInt32OrNull("end_index") is { } end)
            {
                read.AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end }];
            }

            (annotations ??= []).Add(read);
        }

        return annotations;
    }
}
