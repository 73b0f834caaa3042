using Sira.Errors;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicErrorReaderTests
{
    [Theory]
    [InlineData(400, "invalid_request_error", "temperature: range: 0..1", BackendErrorKind.BadRequest)]
    [InlineData(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", BackendErrorKind.ContextLength)]
    [InlineData(400, "invalid_request_error", "input length and `max_tokens` exceed context limit: 199000 + 20000 > 200000", BackendErrorKind.ContextLength)]
    [InlineData(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", BackendErrorKind.Billing)]
    [InlineData(400, "invalid_request_error", "Output blocked by content filtering policy", BackendErrorKind.ContentPolicy)]
    [InlineData(400, "invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2026-12-01.", BackendErrorKind.QuotaExhausted)]
    [InlineData(401, "authentication_error", "invalid x-api-key", BackendErrorKind.Authentication)]
    [InlineData(402, "billing_error", "Payment required", BackendErrorKind.Billing)]
    [InlineData(403, "permission_error", "Your API key does not have permission", BackendErrorKind.Authentication)]
    [InlineData(404, "not_found_error", "model: claude-nonesuch", BackendErrorKind.ModelNotFound)]
    [InlineData(404, "not_found_error", "File not found: file_1", BackendErrorKind.BadRequest)]
    [InlineData(413, "request_too_large", "Request exceeds the maximum size", BackendErrorKind.BadRequest)]
    [InlineData(429, "rate_limit_error", "This request would exceed your organization's rate limit", BackendErrorKind.RateLimited)]
    [InlineData(500, "api_error", "Internal server error", BackendErrorKind.ServerError)]
    [InlineData(529, "overloaded_error", "Overloaded", BackendErrorKind.Overloaded)]
    public void ReadError_TypeAndMessage_TellTheKind(int status, string type, string message, BackendErrorKind kind)
    {
        var error = Format.ReadError(status, Json($$"""{"type":"error","error":{"type":"{{type}}","message":"{{message}}"} }"""));
        Assert.Equal((kind, type, message), (error.Kind, error.Code, error.Message));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"brand_new_error","message":"m"}}""", "m")]
    [InlineData("""{"error":"bad gateway"}""", "bad gateway")]
    [InlineData("""{"message":"Forbidden"}""", "Forbidden")]
    [InlineData("""{"error":{"type":5,"message":{}}}""", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    public void ReadError_UnknownShape_LeavesTheKindToTheStatus(string body, string? message)
    {
        var error = Format.ReadError(502, Json(body));
        Assert.Null(error.Kind);
        Assert.Equal(message, error.Message);
    }
}
