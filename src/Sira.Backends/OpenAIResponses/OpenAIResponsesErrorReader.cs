using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.RateLimits;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Reads errors: the body of a failed request, a response that failed, an error event of a stream.</summary>
internal static class OpenAIResponsesErrorReader
{
    /// <summary>Reads an error body. The forms in the field: <c>{"error":{"code","type","message"}}</c>, <c>{"code","error":"message"}</c> (xAI), <c>{"type":"error","code","message"}</c>, <c>{"detail"}</c>, a bare string.</summary>
    public static WireError Read(int statusCode, JsonElement body)
    {
        string? code;
        string? type = null;
        string? message;
        if (body.ValueKind == JsonValueKind.String)
        {
            (code, message) = (null, body.GetString());
        }
        else if (body.TryGetObject("error", out var error))
        {
            (code, type, message) = (GetCode(error), error.GetStringOrNull("type"), error.GetStringOrNull("message"));
        }
        else
        {
            type = body.GetStringOrNull("type");
            code = GetCode(body);
            message = body.GetStringOrNull("error") ?? body.GetStringOrNull("message") ?? body.GetStringOrNull("detail");
        }

        var kind = GetKind(statusCode, code, type, message);
        var limited = kind is BackendErrorKind.RateLimited || (kind is null && statusCode == 429);
        return new(kind, code ?? type, message, limited ? RetryHint.Read(message) : null);
    }

    /// <summary>Creates the exception for an error that came with a status of success.</summary>
    public static BackendException CreateException(JsonElement body, UsageDetails? usage)
    {
        var error = Read(200, body);

        // A provider's message may quote the prompt, so it is the caller's to see in the excerpt and not in what is logged as the message.
        return new(error.Kind ?? BackendErrorKind.ServerError, $"The provider reported an error{(error.Code is null ? string.Empty : $" '{error.Code}'")} after it had accepted the request.")
        {
            ProviderCode = error.Code,
            RetryAfter = error.RetryAfter,
            ResponseExcerpt = error.Message is { Length: > BackendException.MaximumExcerptLength } text ? text[..BackendException.MaximumExcerptLength] : error.Message,
            RequestId = body.GetStringOrNull("id"),
            Usage = usage,
        };
    }

    // OpenRouter's codes are HTTP statuses.
    private static string? GetCode(JsonElement error) =>
        error.GetStringOrNull("code") ?? (error.TryGet("code", out var code) && code.ValueKind == JsonValueKind.Number ? code.GetRawText() : null);

    private static BackendErrorKind? GetKind(int statusCode, string? code, string? type, string? message) =>
        FromCode(code) ?? FromCode(type) ?? FromMessage(statusCode, message) ?? (statusCode < 400 ? FromGenericType(type) : null);

    private static BackendErrorKind? FromCode(string? code) => code switch
    {
        "insufficient_quota" or "quota_exceeded" or "billing_hard_limit_reached" or "exceeded_current_quota_error" => BackendErrorKind.QuotaExhausted,
        "billing_not_active" or "402" => BackendErrorKind.Billing,
        "rate_limit_exceeded" or "rate_limit_error" or "too_many_requests" or "tokens" or "requests" or "429" => BackendErrorKind.RateLimited,
        "server_is_overloaded" or "overloaded" or "overloaded_error" or "slow_down" or "503" or "529" => BackendErrorKind.Overloaded,
        "server_error" or "internal_error" or "internal_server_error" or "vector_store_timeout" or "500" or "502" => BackendErrorKind.ServerError,
        "invalid_api_key" or "authentication_error" or "permission_error" or "invalid_authentication" or "401" or "403" => BackendErrorKind.Authentication,
        "model_not_found" or "DeploymentNotFound" or "deployment_not_found" => BackendErrorKind.ModelNotFound,
        "context_length_exceeded" or "context_window_exceeded" => BackendErrorKind.ContextLength,
        "content_filter" or "content_policy_violation" or "image_content_policy_violation" or "moderation_blocked" or "cyber_policy_violation" or "invalid_prompt"
            or "responsible_ai_policy_violation" or "ResponsibleAIPolicyViolation" => BackendErrorKind.ContentPolicy,
        "invalid_image" or "invalid_image_format" or "invalid_base64_image" or "invalid_image_url" or "image_too_large" or "image_too_small" or "image_parse_error"
            or "invalid_image_mode" or "image_file_too_large" or "unsupported_image_media_type" or "empty_image_file" or "failed_to_download_image" or "image_file_not_found"
            or "invalid_value" or "unsupported_file" or "400" => BackendErrorKind.BadRequest,
        _ => null,
    };

    // Where the code says nothing, as xAI's "invalid-argument" for a wrong key.
    private static BackendErrorKind? FromMessage(int statusCode, string? message) => message switch
    {
        null => null,
        _ when QuotaWording.Find(statusCode, message) is { } quota => quota,
        _ when statusCode is not (0 or 200 or 400 or 413 or 422) => null,
        _ when Contains(message, "incorrect api key") || Contains(message, "invalid api key") => BackendErrorKind.Authentication,
        _ when Contains(message, "maximum context length") || Contains(message, "context window") || Contains(message, "maximum prompt length") || Contains(message, "prompt is too long") => BackendErrorKind.ContextLength,
        _ => null,
    };

    // Only good for telling what happened when there is no status.
    private static BackendErrorKind? FromGenericType(string? type) => type switch
    {
        "invalid_request_error" => BackendErrorKind.BadRequest,
        "api_error" => BackendErrorKind.ServerError,
        _ => null,
    };

    private static bool Contains(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
}
