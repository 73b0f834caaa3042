using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini.Parts;
using Sira.Backends.Gemini.Responses;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini;

/// <summary>Reads a <c>GenerateContentResponse</c>. Only the first candidate is an answer; others stay in <see cref="ChatResponse.RawRepresentation"/>.</summary>
internal static class GeminiResponseReader
{
    public static ChatResponse Read(JsonElement body)
    {
        UsageDetails? usage = null;
        try
        {
            usage = GeminiUsageReader.Read(body);
            return Read(body, usage);
        }
        catch (Exception exception) when (GeminiFailures.IsProtocolError(exception))
        {
            throw GeminiFailures.Malformed($"The response has something that the protocol does not allow: {exception.Message}", body, exception, usage);
        }
    }

    private static ChatResponse Read(JsonElement body, UsageDetails? usage)
    {
        GeminiFailures.ThrowIfError(body);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw GeminiFailures.Malformed($"The response is a JSON {body.ValueKind}, not an object.", body);
        }

        var candidate = GeminiFailures.FirstCandidate(body);
        if (candidate.ValueKind == JsonValueKind.Undefined)
        {
            GeminiFailures.ThrowIfBlocked(body);
            throw GeminiFailures.Malformed("The response has no candidate.", body, usage: usage);
        }

        var responseId = body.GetEitherStringOrNull("responseId", "response_id");
        var message = new ChatMessage(ChatRole.Assistant, ReadParts(candidate, body, responseId)) { MessageId = responseId };
        var response = new ChatResponse(message)
        {
            ResponseId = responseId,
            ModelId = body.GetEitherStringOrNull("modelVersion", "model_version"),
            CreatedAt = ReadCreatedAt(body),
            Usage = usage,
            RawRepresentation = body.Clone(),
        };
        message.AdditionalProperties = ReadMetadata(candidate, null);
        message.CreatedAt = response.CreatedAt;
        Finish(response, message, candidate);
        return response;
    }

    /// <summary>Returns what generated call ids of this response are made of: its id, or a digest when the wire left it out.</summary>
    public static string CallScope(string? responseId, JsonElement body) =>
        responseId ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.GetRawText())).AsSpan(0, 8));

    public static DateTimeOffset? ReadCreatedAt(JsonElement body) =>
        DateTimeOffset.TryParse(body.GetEitherStringOrNull("createTime", "create_time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Adds the candidate's metadata about searches, which terms of use ask to show and MEAI has no member for.</summary>
    public static AdditionalPropertiesDictionary? ReadMetadata(JsonElement candidate, AdditionalPropertiesDictionary? known)
    {
        foreach (var name in (ReadOnlySpan<string>)[GeminiProperties.GroundingMetadata, GeminiProperties.UrlContextMetadata])
        {
            if (candidate.TryGetObject(name, out var metadata) && metadata.GetPropertyCount() > 0)
            {
                (known ??= [])[name] = metadata.Clone();
            }
        }

        return known;
    }

    private static List<AIContent> ReadParts(JsonElement candidate, JsonElement body, string? responseId)
    {
        var contents = new List<AIContent>();
        if (!candidate.TryGetObject("content", out var content))
        {
            return contents;
        }

        var ids = new GeminiCallIds(CallScope(responseId, body));
        foreach (var part in content.EnumerateArrayOrEmpty("parts"))
        {
            GeminiPartReader.Read(part, contents, ids, keepEmpty: false);
        }

        Annotate(contents, candidate);
        return contents;
    }

    private static void Finish(ChatResponse response, ChatMessage message, JsonElement candidate)
    {
        if (candidate.GetEitherStringOrNull("finishReason", "finish_reason") is not { } wire || string.IsNullOrWhiteSpace(wire))
        {
            return;
        }

        response.FinishReason = GeminiFinishReasons.Map(wire, HasCalls(message.Contents));
        if (GeminiFinishReasons.Explain(wire, candidate.GetEitherStringOrNull("finishMessage", "finish_message"), response.FinishReason) is { } error)
        {
            message.Contents.Add(error);
        }
    }

    private static bool HasCalls(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is FunctionCallContent)
            {
                return true;
            }
        }

        return false;
    }

    private static void Annotate(List<AIContent> contents, JsonElement candidate)
    {
        var hasGrounding = candidate.TryGetObject(GeminiProperties.GroundingMetadata, out var grounding);
        var hasSources = candidate.TryGetObject("citationMetadata", out var sources);
        if (!hasGrounding && !hasSources)
        {
            return;
        }

        List<TextContent> texts = [.. contents.OfType<TextContent>()];
        if (texts.Count == 0)
        {
            return;
        }

        var reader = new GeminiCitationReader(string.Concat(texts.Select(static text => text.Text)));
        if (hasGrounding)
        {
            reader.ReadGrounding(grounding);
        }

        if (hasSources)
        {
            reader.ReadSources(sources);
        }

        foreach (var annotation in reader.Annotations)
        {
            Attach(annotation, texts);
        }
    }

    // Regions count from the beginning of all text; each goes to the content that it begins in, counted from there.
    private static void Attach(CitationAnnotation annotation, List<TextContent> texts)
    {
        var target = texts[^1];
        if (annotation.AnnotatedRegions is [TextSpanAnnotatedRegion region])
        {
            var offset = 0;
            foreach (var text in texts)
            {
                if (region.StartIndex < offset + text.Text.Length)
                {
                    target = text;
                    break;
                }

                offset += text.Text.Length;
            }

            region.StartIndex = Math.Clamp(region.StartIndex!.Value - offset, 0, target.Text.Length);
            region.EndIndex = Math.Clamp(region.EndIndex!.Value - offset, 0, target.Text.Length);
        }

        (target.Annotations ??= []).Add(annotation);
    }
}
