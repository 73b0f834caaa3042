using System.Globalization;
using System.Text.Json;
using Sira.Simulation.Faults;

namespace Sira.Simulation.Wires.Gemini;

/// <summary>Errors of Google: the status is repeated as a word, the delay of a 429 is in the body, a wrong key is a 400, and a refused prompt is a 200 without candidates.</summary>
internal sealed class GeminiErrorShape : ErrorShape
{
    private GeminiErrorShape()
    {
    }

    /// <summary>Gets the single instance.</summary>
    public static GeminiErrorShape Instance { get; } = new();

    /// <inheritdoc />
    public override IReadOnlyList<RetryAfterStyle> RetryAfterStyles { get; } = [RetryAfterStyle.GoogleRetryInfo];

    /// <inheritdoc />
    public override int StatusOf(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.ContentFilter => 200,
        ProviderErrorKind.Billing or ProviderErrorKind.Forbidden => 403,
        ProviderErrorKind.ModelNotFound => 404,
        ProviderErrorKind.RateLimit or ProviderErrorKind.Quota => 429,
        ProviderErrorKind.ServerError => 500,
        ProviderErrorKind.Unavailable or ProviderErrorKind.Overloaded => 503,
        _ => 400,
    };

    /// <inheritdoc />
    public override byte[] WriteBody(ProviderError error) => JsonWriting.Write(json => Write(json, error));

    /// <inheritdoc />
    public override byte[] WriteEvent(ProviderError error) => new EventWriter("\r\n").Encode(null, WriteBody(error));

    private void Write(Utf8JsonWriter json, ProviderError error)
    {
        json.WriteStartObject();
        if (error.Kind == ProviderErrorKind.ContentFilter)
        {
            json.WriteStartObject("promptFeedback");
            json.WriteString("blockReason", "SAFETY");
            json.WriteEndObject();
            json.WriteStartObject("usageMetadata");
            json.WriteNumber("promptTokenCount", 1);
            json.WriteNumber("totalTokenCount", 1);
            json.WriteEndObject();
            json.WriteString("modelVersion", error.Model);
            json.WriteString("responseId", error.RequestId);
            json.WriteEndObject();
            return;
        }

        var (status, message) = Words(error);
        json.WriteStartObject("error");
        json.WriteNumber("code", StatusOf(error.Kind));
        json.WriteString("message", error.Message ?? message);
        json.WriteString("status", status);
        WriteDetails(json, error);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, ProviderError error)
    {
        switch (error.Kind)
        {
            case ProviderErrorKind.Unauthorized:
                json.WritePropertyName("details");
                json.WriteRawValue("""[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]""");
                break;
            case ProviderErrorKind.Billing:
                json.WritePropertyName("details");
                json.WriteRawValue("""[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BILLING_DISABLED","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]""");
                break;
            case ProviderErrorKind.RateLimit or ProviderErrorKind.Quota:
                WriteQuota(json, error);
                break;
            default:
                break;
        }
    }

    private static void WriteQuota(Utf8JsonWriter json, ProviderError error)
    {
        var window = error.Kind == ProviderErrorKind.Quota ? "PerDay" : "PerMinute";
        json.WriteStartArray("details");
        json.WriteStartObject();
        json.WriteString("@type", "type.googleapis.com/google.rpc.QuotaFailure");
        json.WriteStartArray("violations");
        json.WriteStartObject();
        json.WriteString("quotaMetric", "generativelanguage.googleapis.com/generate_content_free_tier_requests");
        json.WriteString("quotaId", $"GenerateRequests{window}PerProjectPerModel-FreeTier");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        if (error.RetryInBody is { } delay)
        {
            json.WriteStartObject();
            json.WriteString("@type", "type.googleapis.com/google.rpc.RetryInfo");
            json.WriteString("retryDelay", delay.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static (string Status, string Message) Words(ProviderError error) => error.Kind switch
    {
        ProviderErrorKind.Unauthorized => ("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
        ProviderErrorKind.Billing => ("PERMISSION_DENIED", "This API method requires billing to be enabled."),
        ProviderErrorKind.Forbidden => ("PERMISSION_DENIED", "The caller does not have permission"),
        ProviderErrorKind.ModelNotFound => ("NOT_FOUND", $"models/{error.Model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."),
        ProviderErrorKind.ContextLength => ("INVALID_ARGUMENT", "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."),
        ProviderErrorKind.RateLimit or ProviderErrorKind.Quota => ("RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."),
        ProviderErrorKind.ServerError => ("INTERNAL", "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"),
        ProviderErrorKind.Unavailable or ProviderErrorKind.Overloaded => ("UNAVAILABLE", "The model is overloaded. Please try again later."),
        _ => ("INVALID_ARGUMENT", "Invalid JSON payload received."),
    };
}
