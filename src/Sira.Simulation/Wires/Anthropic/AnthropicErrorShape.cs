using Sira.Simulation.Faults;

namespace Sira.Simulation.Wires.Anthropic;

/// <summary>Errors of Anthropic.</summary>
internal sealed class AnthropicErrorShape : ErrorShape
{
    private AnthropicErrorShape()
    {
    }

    /// <summary>Gets the single instance.</summary>
    public static AnthropicErrorShape Instance { get; } = new();

    /// <inheritdoc />
    public override IReadOnlyList<RetryAfterStyle> RetryAfterStyles { get; } = [RetryAfterStyle.Seconds, RetryAfterStyle.AnthropicResetHeader];

    /// <inheritdoc />
    public override int StatusOf(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.Unauthorized => 401,
        ProviderErrorKind.Billing => 402,
        ProviderErrorKind.Forbidden => 403,
        ProviderErrorKind.ModelNotFound => 404,
        ProviderErrorKind.RateLimit => 429,
        ProviderErrorKind.ServerError => 500,
        ProviderErrorKind.Unavailable => 503,
        ProviderErrorKind.Overloaded => 529,
        _ => 400, // A used-up credit balance too is a 400 here.
    };

    /// <inheritdoc />
    public override byte[] WriteBody(ProviderError error) => JsonWriting.Write(json =>
    {
        var (type, message) = Words(error);
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", type);
        json.WriteString("message", error.Message ?? message);
        json.WriteEndObject();
        json.WriteString("request_id", error.RequestId);
        json.WriteEndObject();
    });

    /// <inheritdoc />
    public override byte[] WriteEvent(ProviderError error) => new EventWriter().Encode("error", WriteBody(error));

    private static (string Type, string Message) Words(ProviderError error) => error.Kind switch
    {
        ProviderErrorKind.Unauthorized => ("authentication_error", "invalid x-api-key"),
        ProviderErrorKind.Billing => ("billing_error", "There is an issue with your organization's billing. Please check your payment details."),
        ProviderErrorKind.Forbidden => ("permission_error", "Your API key does not have permission to use the specified resource."),
        ProviderErrorKind.ModelNotFound => ("not_found_error", $"model: {error.Model}"),
        ProviderErrorKind.ContextLength => ("invalid_request_error", "prompt is too long: 200001 tokens > 200000 maximum"),
        ProviderErrorKind.ContentFilter => ("invalid_request_error", "Output blocked by content filtering policy"),
        ProviderErrorKind.RateLimit => ("rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute. Please try again later."),
        ProviderErrorKind.Quota => ("invalid_request_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."),
        ProviderErrorKind.ServerError or ProviderErrorKind.Unavailable => ("api_error", "Internal server error"),
        ProviderErrorKind.Overloaded => ("overloaded_error", "Overloaded"),
        _ => ("invalid_request_error", "The request body is not valid JSON."),
    };
}
