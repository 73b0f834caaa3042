using System.Globalization;
using System.Text.Json;
using Sira.Backends.RateLimits;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.Gemini;

/// <summary>Reads Google's error object: <c>{"error":{code,message,status,details[]}}</c>, alone or in an array.</summary>
internal static class GeminiErrorReader
{
    public static bool IsError(JsonElement body) => Unwrap(body).ValueKind != JsonValueKind.Undefined;

    public static WireError Read(JsonElement body)
    {
        try
        {
            return ReadError(body);
        }
        catch (InvalidOperationException)
        {
            // A text of half a surrogate pair: the status has to do.
            return default;
        }
    }

    private static WireError ReadError(JsonElement body)
    {
        var error = Unwrap(body);
        if (error.ValueKind == JsonValueKind.Undefined)
        {
            return default;
        }

        if (error.ValueKind == JsonValueKind.String)
        {
            return new WireError(null, null, error.GetString());
        }

        var details = ReadDetails(error);
        var status = error.GetStringOrNull("status") ?? ToStatus(error.GetInt32OrNull("code"));
        var message = error.GetStringOrNull("message");
        return new WireError(Classify(status, message ?? string.Empty, details), details.Reason ?? status, message, details.RetryAfter ?? (status == "RESOURCE_EXHAUSTED" ? RetryHint.Read(message) : null));
    }

    private static JsonElement Unwrap(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in body.EnumerateArray())
            {
                return item.ValueKind == JsonValueKind.Object ? Unwrap(item) : default;
            }

            return default;
        }

        return body.TryGet("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String ? error : default;
    }

    private static Details ReadDetails(JsonElement error)
    {
        var found = default(Details);
        foreach (var detail in error.EnumerateArrayOrEmpty("details"))
        {
            var type = detail.GetStringOrNull("@type") ?? string.Empty;
            if (type.EndsWith(".ErrorInfo", StringComparison.Ordinal))
            {
                found.Reason = detail.GetStringOrNull("reason");
            }
            else if (type.EndsWith(".RetryInfo", StringComparison.Ordinal) && detail.TryGet("retryDelay", out var delay))
            {
                found.RetryAfter = ReadDuration(delay);
            }
            else if (type.EndsWith(".QuotaFailure", StringComparison.Ordinal))
            {
                foreach (var violation in detail.EnumerateArrayOrEmpty("violations"))
                {
                    found.IsLongQuota |= IsLong(violation);
                }
            }
        }

        return found;
    }

    // GenerateRequestsPerDayPerProjectPerModel-FreeTier and the like; a limit of zero means that the model is not part of the plan.
    private static bool IsLong(JsonElement violation) =>
        violation.GetStringOrNull("quotaId") is { } id && (id.Contains("PerDay", StringComparison.OrdinalIgnoreCase) || id.Contains("PerMonth", StringComparison.OrdinalIgnoreCase))
        || violation.GetStringOrNull("quotaValue") == "0";

    private static TimeSpan? ReadDuration(JsonElement delay)
    {
        double seconds;
        if (delay.ValueKind == JsonValueKind.Object)
        {
            seconds = (delay.GetInt64OrNull("seconds") ?? 0) + ((delay.GetInt64OrNull("nanos") ?? 0) / 1e9);
        }
        else if (delay.ValueKind != JsonValueKind.String || delay.GetString() is not [.. var number, 's']
            || !double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds))
        {
            return null;
        }

        // Longer than a TimeSpan can say is no delay but a mistake.
        return seconds is >= 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static BackendErrorKind? Classify(string? status, string message, in Details details)
    {
        switch (details.Reason)
        {
            case "API_KEY_INVALID" or "API_KEY_EXPIRED" or "API_KEY_SERVICE_BLOCKED" or "API_KEY_IP_ADDRESS_BLOCKED" or "API_KEY_HTTP_REFERRER_BLOCKED"
                or "SERVICE_DISABLED" or "CONSUMER_SUSPENDED" or "CONSUMER_INVALID" or "ACCESS_TOKEN_EXPIRED" or "CREDENTIALS_MISSING":
                return BackendErrorKind.Authentication;
            case "BILLING_DISABLED":
                return BackendErrorKind.Billing;
        }

        return status switch
        {
            "RESOURCE_EXHAUSTED" => ClassifyQuota(message, details),
            "UNAVAILABLE" => BackendErrorKind.Overloaded,
            "INTERNAL" or "UNKNOWN" or "DEADLINE_EXCEEDED" or "CANCELLED" or "ABORTED" or "DATA_LOSS" => BackendErrorKind.ServerError,
            "UNAUTHENTICATED" => BackendErrorKind.Authentication,
            // A file or cache of another project is the request's mistake, and no fault of the key.
            "PERMISSION_DENIED" => Says(message, "may not exist") || Says(message, "CachedContent not found") ? BackendErrorKind.BadRequest : BackendErrorKind.Authentication,
            "NOT_FOUND" => Says(message, "model") ? BackendErrorKind.ModelNotFound : BackendErrorKind.BadRequest,
            "FAILED_PRECONDITION" => ClassifyPrecondition(message),
            "INVALID_ARGUMENT" or "OUT_OF_RANGE" => ClassifyArgument(message),
            _ => null,
        };
    }

    private static BackendErrorKind ClassifyQuota(string message, in Details details) =>
        details.IsLongQuota || Says(message, "limit: 0,") || Says(message, "spending cap") || Says(message, "credits are depleted") ? BackendErrorKind.QuotaExhausted : BackendErrorKind.RateLimited;

    private static BackendErrorKind ClassifyPrecondition(string message) =>
        Says(message, "billing") ? BackendErrorKind.Billing
        : Says(message, "location is not supported") ? BackendErrorKind.Authentication
        : BackendErrorKind.BadRequest;

    private static BackendErrorKind ClassifyArgument(string message) =>
        Says(message, "token count") && Says(message, "exceed") || Says(message, "maximum number of tokens allowed") ? BackendErrorKind.ContextLength
        : Says(message, "API key not valid") || Says(message, "API key expired") ? BackendErrorKind.Authentication
        : BackendErrorKind.BadRequest;

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static string? ToStatus(int? code) => code switch
    {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => null,
    };

    private record struct Details(string? Reason, TimeSpan? RetryAfter, bool IsLongQuota);
}
