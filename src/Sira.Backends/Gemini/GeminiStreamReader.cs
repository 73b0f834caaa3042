using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini.Parts;
using Sira.Backends.Gemini.Responses;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.Gemini;

/// <summary>Reads a stream of <c>GenerateContentResponse</c>s. Parts arrive whole; what is only right at the end (finish reason, usage, citations) goes into one last update.</summary>
/// <remarks>
/// Some models repeat their finish reason on every chunk, usage counts up from chunk to chunk, and citations count bytes of the whole text: hence the last update.
/// Its citations sit on an empty text, and their regions count from the beginning of the message's text.
/// </remarks>
internal sealed class GeminiStreamReader : IWireStreamReader
{
    private readonly List<string> _texts = [];
    private GeminiCallIds? _ids;
    private UsageDetails? _usage;
    private string? _finishReason;
    private string? _finishMessage;
    private string? _responseId;
    private string? _modelId;
    private DateTimeOffset? _createdAt;
    private JsonElement _grounding;
    private List<JsonElement>? _sources;
    private AdditionalPropertiesDictionary? _metadata;
    private JsonElement _last;
    private bool _hasCalls;
    private bool _finished;

    /// <summary>Gets <see langword="false"/>: the protocol has no terminal event, the connection just closes.</summary>
    public bool IsTerminated => false;

    /// <inheritdoc />
    public bool HasFinishReason => _finishReason is not null;

    /// <inheritdoc />
    public void Read(string eventType, ReadOnlySpan<byte> data, List<ChatResponseUpdate> updates)
    {
        var chunk = Parse(data);
        try
        {
            Read(chunk, updates);
        }
        catch (Exception exception) when (GeminiFailures.IsProtocolError(exception))
        {
            throw GeminiFailures.Malformed($"The stream has something that the protocol does not allow: {exception.Message}", chunk, exception, _usage);
        }
    }

    /// <inheritdoc />
    public void Finish(List<ChatResponseUpdate> updates)
    {
        if (_finished || _last.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        _finished = true;
        var contents = new List<AIContent>();
        if (ReadCitationsOrThrow() is { Count: > 0 } citations)
        {
            contents.Add(new TextContent(string.Empty) { Annotations = citations });
        }

        ChatFinishReason? reason = _finishReason is null ? null : GeminiFinishReasons.Map(_finishReason, _hasCalls);
        if (GeminiFinishReasons.Explain(_finishReason, _finishMessage, reason) is { } error)
        {
            contents.Add(error);
        }

        if (_usage is not null)
        {
            contents.Add(new UsageContent(_usage) { RawRepresentation = _last });
        }

        if (contents.Count == 0 && reason is null && _metadata is null)
        {
            return;
        }

        var update = CreateUpdate(contents);
        update.FinishReason = reason;
        update.AdditionalProperties = _metadata;
        update.RawRepresentation = _last;
        updates.Add(update);
    }

    private void Read(JsonElement chunk, List<ChatResponseUpdate> updates)
    {
        GeminiFailures.ThrowIfError(chunk, _usage);
        if (chunk.ValueKind != JsonValueKind.Object)
        {
            throw GeminiFailures.Malformed($"An event of the stream is a JSON {chunk.ValueKind}, not an object.", chunk, usage: _usage);
        }

        _last = chunk;
        _usage = GeminiUsageReader.Read(chunk) ?? _usage;
        _responseId ??= chunk.GetEitherStringOrNull("responseId", "response_id");
        _modelId = chunk.GetEitherStringOrNull("modelVersion", "model_version") ?? _modelId;
        _createdAt ??= GeminiResponseReader.ReadCreatedAt(chunk);
        var candidate = GeminiFailures.FirstCandidate(chunk);
        if (candidate.ValueKind == JsonValueKind.Undefined)
        {
            GeminiFailures.ThrowIfBlocked(chunk);
            return;
        }

        ReadEnding(candidate);
        var contents = ReadParts(candidate, chunk);
        if (contents.Count > 0)
        {
            var update = CreateUpdate(contents);
            update.RawRepresentation = chunk;
            updates.Add(update);
        }
    }

    private JsonElement Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonElement.Parse(data);
        }
        catch (JsonException exception)
        {
            var excerpt = Encoding.UTF8.GetString(data[..Math.Min(data.Length, BackendException.MaximumExcerptLength)]);
            throw GeminiFailures.Malformed("An event of the stream is no JSON.", excerpt, exception, _usage);
        }
    }

    private void ReadEnding(JsonElement candidate)
    {
        if (candidate.GetEitherStringOrNull("finishReason", "finish_reason") is { } reason && !string.IsNullOrWhiteSpace(reason))
        {
            _finishReason = reason;
            _finishMessage = candidate.GetEitherStringOrNull("finishMessage", "finish_message");
        }

        if (candidate.TryGetObject(GeminiProperties.GroundingMetadata, out var grounding) && grounding.GetPropertyCount() > 0)
        {
            _grounding = grounding;
        }

        if (candidate.TryGetObject("citationMetadata", out var sources))
        {
            (_sources ??= []).Add(sources);
        }

        _metadata = GeminiResponseReader.ReadMetadata(candidate, _metadata);
    }

    private List<AIContent> ReadParts(JsonElement candidate, JsonElement chunk)
    {
        var contents = new List<AIContent>();
        if (!candidate.TryGetObject("content", out var content))
        {
            return contents;
        }

        _ids ??= new GeminiCallIds(GeminiResponseReader.CallScope(_responseId, chunk));
        foreach (var part in content.EnumerateArrayOrEmpty("parts"))
        {
            GeminiPartReader.Read(part, contents, _ids, keepEmpty: false);
        }

        foreach (var item in contents)
        {
            if (item is TextContent text)
            {
                _texts.Add(text.Text);
            }

            _hasCalls |= item is FunctionCallContent;
        }

        return contents;
    }

    private List<AIAnnotation>? ReadCitationsOrThrow()
    {
        try
        {
            return ReadCitations();
        }
        catch (Exception exception) when (GeminiFailures.IsProtocolError(exception))
        {
            throw GeminiFailures.Malformed($"The stream has a citation that the protocol does not allow: {exception.Message}", _last, exception, _usage);
        }
    }

    private List<AIAnnotation>? ReadCitations()
    {
        if (_grounding.ValueKind == JsonValueKind.Undefined && _sources is null)
        {
            return null;
        }

        var reader = new GeminiCitationReader(string.Concat(_texts));
        if (_grounding.ValueKind == JsonValueKind.Object)
        {
            reader.ReadGrounding(_grounding);
        }

        foreach (var sources in _sources ?? [])
        {
            reader.ReadSources(sources);
        }

        return [.. reader.Annotations];
    }

    private ChatResponseUpdate CreateUpdate(List<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _responseId,
        MessageId = _responseId,
        ModelId = _modelId,
        CreatedAt = _createdAt,
    };
}
