using System.Text.Json;
using Sira.Simulation.Faults;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>Errors of OpenAI and those who copy it. The content filter's is Azure's and the unpaid account's is DeepSeek's, because OpenAI itself has none.</summary>
internal sealed class OpenAIErrorShape : ErrorShape
{
    /// <summary>Headers that OpenAI puts on every answer.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string>> CommonHeaders = [new("openai-version", "2020-10-01"), new("openai-processing-ms", "42")];

    private readonly bool responses;

    private OpenAIErrorShape(bool responses) => this.responses = responses;

    /// <summary>Gets the shape of chat completions and embeddings.</summary>
    public static OpenAIErrorShape Chat { get; } = new(responses: false);

    /// <summary>Gets the shape of responses, which differs within streams.</summary>
    public static OpenAIErrorShape Responses { get; } = new(responses: true);

    /// <inheritdoc />
    public override IReadOnlyList<RetryAfterStyle> RetryAfterStyles { get; } = [RetryAfterStyle.Seconds, RetryAfterStyle.Milliseconds, RetryAfterStyle.OpenAIResetHeader];

    /// <inheritdoc />
    public override int StatusOf(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.Unauthorized => 401,
        ProviderErrorKind.Billing => 402,
        ProviderErrorKind.Forbidden => 403,
        ProviderErrorKind.ModelNotFound => 404,
        ProviderErrorKind.RateLimit or ProviderErrorKind.Quota => 429,
        ProviderErrorKind.ServerError => 500,
        ProviderErrorKind.Unavailable or ProviderErrorKind.Overloaded => 503,
        _ => 400,
    };

    /// <inheritdoc />
    public override byte[] WriteBody(ProviderError error) => JsonWriting.Write(json =>
    {
        json.WriteStartObject();
        WriteError(json, error);
        json.WriteEndObject();
    });

    /// <inheritdoc />
    public override byte[] WriteEvent(ProviderError error)
    {
        var (message, type, _, code) = Words(error);
        var data = !responses ? WriteBody(error) : JsonWriting.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteString("code", code ?? type);
            json.WriteString("message", message);
            json.WriteNull("param");
            json.WriteNumber("sequence_number", 0);
            json.WriteEndObject();
        });
        return new EventWriter().Encode(responses ? "error" : null, data);
    }

    private void WriteError(Utf8JsonWriter json, ProviderError error)
    {
        var (message, type, parameter, code) = Words(error);
        json.WriteStartObject("error");
        json.WriteString("message", message);
        json.WriteString("type", type);
        json.WriteString("param", parameter);
        json.WriteString("code", code);
        if (error.Kind == ProviderErrorKind.ContentFilter)
        {
            json.WriteNumber("status", 400);
            json.WritePropertyName("innererror");
            json.WriteRawValue("""{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":true,"severity":"medium"}}}""");
        }

        json.WriteEndObject();
    }

    private (string Message, string? Type, string? Parameter, string? Code) Words(ProviderError error)
    {
        var (message, type, parameter, code) = error.Kind switch
        {
            ProviderErrorKind.Unauthorized => ("Incorrect API key provided: sk-simul****key. You can find your API key at https://platform.openai.com/account/api-keys.", "invalid_request_error", null, "invalid_api_key"),
            ProviderErrorKind.Billing => ("Insufficient Balance", "unknown_error", null, "invalid_request_error"),
            ProviderErrorKind.Forbidden => ("Country, region, or territory not supported", "request_forbidden", null, "unsupported_country_region_territory"),
            ProviderErrorKind.ModelNotFound => ($"The model `{error.Model}` does not exist or you do not have access to it.", "invalid_request_error", null, "model_not_found"),
            ProviderErrorKind.ContextLength when responses => ("Your input exceeds the context window of this model. Please adjust your input and try again.", "invalid_request_error", "input", "context_length_exceeded"),
            ProviderErrorKind.ContextLength => ("This model's maximum context length is 128000 tokens. However, your messages resulted in 128001 tokens. Please reduce the length of the messages.", "invalid_request_error", "messages", "context_length_exceeded"),
            ProviderErrorKind.ContentFilter => ("The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.", null, "prompt", "content_filter"),
            ProviderErrorKind.RateLimit => ($"Rate limit reached for {error.Model} in organization org-simulated on requests per min (RPM): Limit 3, Used 3, Requested 1.", "requests", null, "rate_limit_exceeded"),
            ProviderErrorKind.Quota => ("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", null, "insufficient_quota"),
            ProviderErrorKind.ServerError => ("The server had an error while processing your request. Sorry about that!", "server_error", null, null),
            ProviderErrorKind.Unavailable or ProviderErrorKind.Overloaded => ("The engine is currently overloaded, please try again later", "service_unavailable", null, (string?)null),
            _ => ("We could not parse the JSON body of your request.", (string?)"invalid_request_error", (string?)null, null),
        };
        return (error.Message ?? message, type, error.Parameter ?? parameter, code);
    }
}
