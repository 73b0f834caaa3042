using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Words the failures that the wire itself finds in an answer.</summary>
internal static class OpenAIChatErrors
{
    public static BackendException InAnswer(JsonElement body, UsageDetails? usage)
    {
        var error = OpenAIErrorReader.Read(200, body);
        return new BackendException(error.Kind ?? BackendErrorKind.ServerError, error.Message ?? "the provider reported an error without a message")
        {
            ProviderCode = error.Code,
            RetryAfter = error.RetryAfter,
            ResponseExcerpt = Excerpt(body),
            Usage = usage,
        };
    }

    public static BackendException Malformed(string problem, string? excerpt, Exception? cause = null) => new(BackendErrorKind.MalformedResponse, problem, cause)
    {
        ResponseExcerpt = Cut(excerpt),
    };

    public static BackendException Malformed(string problem, JsonElement body) => Malformed(problem, Excerpt(body));

    private static string? Excerpt(JsonElement body) => body.ValueKind == JsonValueKind.Undefined ? null : Cut(body.GetRawText());

    private static string? Cut(string? text) => text is { Length: > BackendException.MaximumExcerptLength } ? text[..BackendException.MaximumExcerptLength] : text;
}
