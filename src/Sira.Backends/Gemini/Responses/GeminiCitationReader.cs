using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Responses;

/// <summary>Reads <c>groundingMetadata</c> and <c>citationMetadata</c> into citations of the answer's text.</summary>
/// <remarks>The wire counts bytes of UTF-8 from the beginning of the visible text; MEAI counts characters. Sources that support no passage in particular become citations without a region.</remarks>
internal sealed class GeminiCitationReader
{
    private readonly string _text;
    private readonly byte[] _bytes;
    private readonly List<CitationAnnotation> _annotations = [];

    public GeminiCitationReader(string text) => (_text, _bytes) = (text, Encoding.UTF8.GetBytes(text));

    public List<CitationAnnotation> Annotations => _annotations;

    public void ReadGrounding(JsonElement grounding)
    {
        List<JsonElement> chunks = [.. grounding.EnumerateArrayOrEmpty("groundingChunks")];
        var used = new bool[chunks.Count];
        foreach (var support in grounding.EnumerateArrayOrEmpty("groundingSupports"))
        {
            var region = support.TryGetObject("segment", out var segment)
                ? ToRegion(segment.GetInt32OrNull("startIndex"), segment.GetInt32OrNull("endIndex"), segment.GetStringOrNull("text"))
                : null;
            foreach (var index in support.EnumerateArrayOrEmpty("groundingChunkIndices"))
            {
                if (index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var position) && position >= 0 && position < chunks.Count)
                {
                    used[position] = true;
                    AddChunk(chunks[position], region);
                }
            }
        }

        for (var i = 0; i < chunks.Count; i++)
        {
            if (!used[i])
            {
                AddChunk(chunks[i], region: null);
            }
        }
    }

    /// <summary>Reads <c>citationMetadata</c>: where the answer repeats a source word for word.</summary>
    public void ReadSources(JsonElement metadata)
    {
        foreach (var list in (ReadOnlySpan<string>)["citationSources", "citations"])
        {
            foreach (var source in metadata.EnumerateArrayOrEmpty(list))
            {
                var annotation = new CitationAnnotation
                {
                    Title = source.GetStringOrNull("title"),
                    Url = ToUri(source.GetStringOrNull("uri")),
                    RawRepresentation = source.Clone(),
                };
                Add(annotation, ToRegion(source.GetInt32OrNull("startIndex"), source.GetInt32OrNull("endIndex"), null));
            }
        }
    }

    private void AddChunk(JsonElement chunk, TextSpanAnnotatedRegion? region)
    {
        var isFile = false;
        if (!chunk.TryGetObject("web", out var source) && !(isFile = chunk.TryGetObject("retrievedContext", out source)) && !chunk.TryGetObject("maps", out source))
        {
            return;
        }

        var annotation = new CitationAnnotation
        {
            Title = source.GetStringOrNull("title"),
            Url = ToUri(source.GetStringOrNull("uri")),
            Snippet = source.GetStringOrNull("text"),
            FileId = source.GetStringOrNull("documentName"),
            ToolName = isFile ? "fileSearch" : null,
            RawRepresentation = chunk.Clone(),
        };
        Add(annotation, region);
    }

    private void Add(CitationAnnotation annotation, TextSpanAnnotatedRegion? region)
    {
        if (region is not null)
        {
            annotation.AnnotatedRegions = [region];
        }

        _annotations.Add(annotation);
    }

    private TextSpanAnnotatedRegion? ToRegion(int? start, int? end, string? quoted)
    {
        var first = Math.Clamp(start ?? 0, 0, _bytes.Length);
        var last = Math.Clamp(end ?? first, first, _bytes.Length);
        if (!string.IsNullOrEmpty(quoted) && !_bytes.AsSpan(first, last - first).SequenceEqual(Encoding.UTF8.GetBytes(quoted)))
        {
            // The count is off (it may be of one part only); what is quoted decides, if it is there.
            var found = _text.IndexOf(quoted, StringComparison.Ordinal);
            if (found >= 0)
            {
                return new() { StartIndex = found, EndIndex = found + quoted.Length };
            }
        }

        return first == last ? null : new()
        {
            StartIndex = Encoding.UTF8.GetCharCount(_bytes.AsSpan(0, first)),
            EndIndex = Encoding.UTF8.GetCharCount(_bytes.AsSpan(0, last)),
        };
    }

    private static Uri? ToUri(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;
}
