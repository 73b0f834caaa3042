using Sira.Errors;

namespace Sira.Backends.RateLimits;

/// <summary>Tells a used-up quota and an empty account by the words of those providers of the OpenAI family that have no code for it.</summary>
internal static class QuotaWording
{
    private static readonly (string Part, BackendErrorKind Kind)[] Words =
    [
        ("exceeded your current quota", BackendErrorKind.QuotaExhausted),
        // Azure's free tier, with 403.
        ("out of call volume quota", BackendErrorKind.QuotaExhausted),
        // xAI, with 429 or 403.
        ("used all available credits", BackendErrorKind.QuotaExhausted),
        ("monthly spending limit", BackendErrorKind.QuotaExhausted),
        ("run out of credits", BackendErrorKind.Billing),
        ("doesn't have any credits", BackendErrorKind.Billing),
        // DeepSeek, OpenRouter, Together; with 402 as a rule.
        ("insufficient balance", BackendErrorKind.Billing),
        ("insufficient credits", BackendErrorKind.Billing),
        ("requires more credits", BackendErrorKind.Billing),
        ("credit limit exceeded", BackendErrorKind.Billing),
    ];

    /// <summary>Looks for the words.</summary>
    /// <param name="status">The HTTP status; 200 for an error inside an answer.</param>
    /// <param name="message">The provider's message.</param>
    /// <returns>The kind, or <see langword="null"/> when the message is about something else.</returns>
    public static BackendErrorKind? Find(int status, string message)
    {
        if (status is 0 or 200 or 400 or 402 or 403 or 429)
        {
            foreach (var (part, kind) in Words)
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
