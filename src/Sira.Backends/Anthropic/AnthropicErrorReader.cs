using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.Anthropic;

/// <summary>Reads what an error says: <c>{"type":"error","error":{"type","message"},"request_id"}</c>.</summary>
internal static class AnthropicErrorReader
{
    // One type of error covers many, and only the message tells them apart.
    private static readonly (string Part, BackendErrorKind Kind)[] InvalidRequests =
    [
        ("prompt is too long", BackendErrorKind.ContextLength),
        ("exceed context limit", BackendErrorKind.ContextLength),
        ("context window", BackendErrorKind.ContextLength),
        ("maximum context length", BackendErrorKind.ContextLength),
        ("too many total text bytes", BackendErrorKind.ContextLength),
        ("credit balance", BackendErrorKind.Billing),
        ("content filtering policy", BackendErrorKind.ContentPolicy),
        ("usage policy", BackendErrorKind.ContentPolicy),
        ("usage limits", BackendErrorKind.QuotaExhausted),
        ("spend limit", BackendErrorKind.QuotaExhausted),
    ];

    public static WireError Read(JsonElement body)
    {
        if (body.TryGetObject("error", out var error))
        {
            var type = error.GetStringOrNull("type");
            var message = error.GetStringOrNull("message");
            return new WireError(KindOf(type, message), type, message);
        }

        // Not the provider itself but something in front of it.
        var text = body.GetStringOrNull("error") ?? body.GetStringOrNull("message");
        return new WireError(null, null, text);
    }

    /// <summary>Creates the exception of an error that came with a successful status: in the place of a response, or in a stream.</summary>
    public static BackendException Create(JsonElement body, UsageDetails? usage = null)
    {
        var error = Read(body);
        return new BackendException(error.Kind ?? BackendErrorKind.ServerError, $"The provider answered with an error: {error.Code ?? "unknown"}: {AnthropicMalformed.Bound(error.Message ?? "no message")}")
        {
            ProviderCode = error.Code,
            RequestId = body.GetStringOrNull("request_id"),
            Usage = usage,
            ResponseExcerpt = AnthropicMalformed.Bound(body.GetRawText()),
        };
    }

    private static BackendErrorKind? KindOf(string? type, string? message) => type switch
    {
        "invalid_request_error" => FindIn(message) ?? BackendErrorKind.BadRequest,
        "request_too_large" => FindIn(message) ?? BackendErrorKind.BadRequest,
        "authentication_error" => BackendErrorKind.Authentication,
        "permission_error" => FindIn(message) ?? BackendErrorKind.Authentication,
        "billing_error" => BackendErrorKind.Billing,
        // Models are not the only thing that is looked up: files, containers and skills are the request's mistake.
        "not_found_error" => message is null || message.Contains("model", StringComparison.OrdinalIgnoreCase) ? BackendErrorKind.ModelNotFound : BackendErrorKind.BadRequest,
        "rate_limit_error" => FindIn(message) is BackendErrorKind.QuotaExhausted or BackendErrorKind.Billing ? FindIn(message) : BackendErrorKind.RateLimited,
        "overloaded_error" => BackendErrorKind.Overloaded,
        "api_error" or "timeout_error" => BackendErrorKind.ServerError,
        _ => null,
    };

    private static BackendErrorKind? FindIn(string? message)
    {
        if (message is not null)
        {
            foreach (var (part, kind) in InvalidRequests)
            {
                if (message.Contains(part, StringComparison.OrdinalIgnoreCase))
                {
                    return kind;
                }
            }
        }

        return null;
    }
}
