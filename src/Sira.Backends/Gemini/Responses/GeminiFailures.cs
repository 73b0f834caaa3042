using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.Gemini.Responses;

/// <summary>Makes the exceptions for what a 200 may hide: an error, a refused prompt, something that is no response.</summary>
internal static class GeminiFailures
{
    /// <summary>Throws when the object is an error instead of a response, alone or in an array as Google's gateways send it.</summary>
    public static void ThrowIfError(JsonElement body, UsageDetails? usage = null)
    {
        if (!GeminiErrorReader.IsError(body))
        {
            return;
        }

        var error = GeminiErrorReader.Read(body);
        throw new BackendException(error.Kind ?? BackendErrorKind.ServerError, $"The provider answered with an error: {error.Message ?? error.Code ?? "no message"}")
        {
            ProviderCode = error.Code,
            RetryAfter = error.RetryAfter,
            Usage = usage,
        };
    }

    /// <summary>Throws when the prompt was blocked. Nothing was generated, so this is a refusal of the request and not an answer that a filter cut.</summary>
    public static void ThrowIfBlocked(JsonElement response)
    {
        if (!response.TryGetEitherObject("promptFeedback", "prompt_feedback", out var feedback)
            || feedback.GetEitherStringOrNull("blockReason", "block_reason") is not { Length: > 0 } reason)
        {
            return;
        }

        var message = feedback.GetEitherStringOrNull("blockReasonMessage", "block_reason_message");
        throw new BackendException(BackendErrorKind.ContentPolicy, message is null ? $"The provider blocked the prompt: {reason}." : $"The provider blocked the prompt: {reason} ({message}).")
        {
            ProviderCode = reason,
            Usage = GeminiUsageReader.Read(response),
        };
    }

    /// <summary>Whether reading failed because of what was read: System.Text.Json reports escapes of half a surrogate pair as an invalid operation.</summary>
    public static bool IsProtocolError(Exception exception) => exception is JsonException or InvalidOperationException;

    public static BackendException Malformed(string what, ReadOnlySpan<char> received, Exception? innerException = null, UsageDetails? usage = null) =>
        new(BackendErrorKind.MalformedResponse, what, innerException)
        {
            ResponseExcerpt = received[..Math.Min(received.Length, BackendException.MaximumExcerptLength)].ToString(),
            Usage = usage,
        };

    public static BackendException Malformed(string what, JsonElement received, Exception? innerException = null, UsageDetails? usage = null) =>
        Malformed(what, received.ValueKind == JsonValueKind.Undefined ? string.Empty : received.GetRawText(), innerException, usage);

    /// <summary>Returns the first candidate; the undefined element when there is none.</summary>
    public static JsonElement FirstCandidate(JsonElement response)
    {
        foreach (var candidate in response.EnumerateArrayOrEmpty("candidates"))
        {
            if (candidate.ValueKind == JsonValueKind.Object)
            {
                return candidate;
            }
        }

        return default;
    }
}
