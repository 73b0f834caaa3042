using System.Text.Json;
using Sira.Backends.Http;
using Sira.Backends.RateLimits;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads the errors of OpenAI and of those who imitate it: <c>{"error":{…}}</c>, <c>{"error":"…"}</c>, <c>{"message":…}</c>, <c>{"detail":…}</c>, and arrays of these.</summary>
internal static class OpenAIErrorReader
{
    /// <summary>Reads an error.</summary>
    /// <param name="status">The HTTP status; 200 for an error inside an answer.</param>
    /// <param name="body">The body or event.</param>
    public static WireError Read(int status, JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Array && body.GetArrayLength() > 0)
        {
            body = body[0];
        }

        var error = body.TryGetObject("error", out var found) ? found : body;
        var code = GetText(error, "code") ?? error.GetStringOrNull("type") ?? GetText(body, "code");
        var message = error.GetStringOrNull("message") ?? body.GetStringOrNull("error") ?? GetDetail(error) ?? error.GetStringOrNull("title");
        if (error.TryGetObject("metadata", out var metadata) && metadata.GetStringOrNull("raw") is { } raw)
        {
            // OpenRouter's own words are "Provider returned error"; the provider's say what.
            message = message is null ? raw : $"{message}: {raw}";
        }

        var inner = error.TryGetObject("innererror", out var nested) ? nested.GetStringOrNull("code") : null;
        var kind = Classify(status, code, error.GetStringOrNull("type"), inner, message, metadata) ?? InBody(status, error);
        var limited = kind is BackendErrorKind.RateLimited || (kind is null && status == 429);
        return new WireError(kind, code, message, limited ? RetryHint.Read(message) : null);
    }

    /// <summary>Whether an answer or event is an error.</summary>
    public static bool IsError(JsonElement body) => body.TryGet("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String;

    private static BackendErrorKind? Classify(int status, string? code, string? type, string? inner, string? message, JsonElement metadata) => (code, type) switch
    {
        ("insufficient_quota" or "quota_exceeded" or "billing_hard_limit_reached" or "exceeded_current_quota_error", _) or (_, "insufficient_quota" or "exceeded_current_quota_error") => BackendErrorKind.QuotaExhausted,
        ("billing_not_active", _) => BackendErrorKind.Billing,
        ("context_length_exceeded" or "string_above_max_length", _) => BackendErrorKind.ContextLength,
        ("content_filter" or "content_policy_violation" or "moderation_blocked", _) => BackendErrorKind.ContentPolicy,
        ("model_not_found" or "DeploymentNotFound" or "model_decommissioned" or "model_not_available" or "invalid_model", _) => BackendErrorKind.ModelNotFound,
        ("invalid_api_key" or "invalid_authentication" or "account_deactivated", _) => BackendErrorKind.Authentication,
        // Groq's way to say that one request is larger than a whole minute's tokens: no waiting helps.
        ("rate_limit_exceeded", _) when status == 413 => BackendErrorKind.ContextLength,
        ("rate_limit_exceeded" or "rate_limit_error" or "too_many_requests", _) => BackendErrorKind.RateLimited,
        ("overloaded_error" or "engine_overloaded" or "service_unavailable", _) or (_, "overloaded_error") => BackendErrorKind.Overloaded,
        // The model made a call or JSON that does not fit; made again, it may.
        ("tool_use_failed" or "json_validate_failed", _) => BackendErrorKind.ServerError,
        ("server_error" or "internal_error", _) or (_, "server_error" or "internal_server_error") => BackendErrorKind.ServerError,
        _ when inner == "ResponsibleAIPolicyViolation" => BackendErrorKind.ContentPolicy,
        // OpenRouter's moderation lists its reasons.
        _ when status == 403 && metadata.TryGet("reasons", out _) => BackendErrorKind.ContentPolicy,
        _ => message is null ? null : FromMessage(status, message),
    };

    // For those that put everything into words.
    private static BackendErrorKind? FromMessage(int status, string message)
    {
        if (status is 400 or 413 or 422 or 200 && (Has(message, "maximum context length") || Has(message, "max context length") || Has(message, "context_length_exceeded")
            || Has(message, "prompt is too long") || Has(message, "prompt too long") || Has(message, "maximum prompt length") || Has(message, "exceeds the available context size")))
        {
            return BackendErrorKind.ContextLength;
        }

        if (QuotaWording.Find(status, message) is { } quota)
        {
            return quota;
        }

        // xAI answers a wrong key with 400.
        return status == 400 && Has(message, "Incorrect API key") ? BackendErrorKind.Authentication : null;
    }

    // An error under a 200 may carry the status that it would have had.
    private static BackendErrorKind? InBody(int status, JsonElement error)
    {
        if (status != 200)
        {
            return null;
        }

        var inner = error.GetInt32OrNull("code") ?? error.GetInt32OrNull("status_code") ?? error.GetInt32OrNull("status");
        return inner is >= 400 and <= 599 ? BackendErrorClassifier.FromStatus(inner.Value) : BackendErrorKind.ServerError;
    }

    private static bool Has(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string? GetText(JsonElement element, string name) => element.TryGet(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    }
    : null;

    // FastAPI's: a text, or a list of what failed validation.
    private static string? GetDetail(JsonElement element)
    {
        if (!element.TryGet("detail", out var detail))
        {
            return null;
        }

        if (detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() > 0)
        {
            return detail[0].GetStringOrNull("msg") ?? detail[0].GetRawText();
        }

        return detail.ValueKind == JsonValueKind.String ? detail.GetString() : detail.GetStringOrNull("message");
    }
}
