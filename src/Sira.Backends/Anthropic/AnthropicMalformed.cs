using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Anthropic;

/// <summary>Creates the exceptions of what the protocol does not allow.</summary>
internal static class AnthropicMalformed
{
    public static BackendException Create(string what, string received, Exception? cause = null, UsageDetails? usage = null) =>
        new(BackendErrorKind.MalformedResponse, what, cause) { ResponseExcerpt = Bound(received), Usage = usage };

    public static BackendException Create(string what, ReadOnlySpan<byte> received, Exception? cause = null, UsageDetails? usage = null) =>
        Create(what, Encoding.UTF8.GetString(received[..Math.Min(received.Length, BackendException.MaximumExcerptLength)]), cause, usage);

    /// <summary>Throws for a call that cannot be run or answered, because it has no name or no id.</summary>
    public static void ThrowIfIncomplete(AIContent content, JsonElement block, UsageDetails? usage = null)
    {
        if (content is FunctionCallContent call && (string.IsNullOrWhiteSpace(call.Name) || string.IsNullOrWhiteSpace(call.CallId)))
        {
            throw Create("A call has no name or no id.", block.ValueKind == JsonValueKind.Undefined ? string.Empty : block.GetRawText(), usage: usage);
        }
    }

    /// <summary>Cuts a text to what an exception may carry.</summary>
    public static string Bound(string text) => text.Length <= BackendException.MaximumExcerptLength ? text : text[..BackendException.MaximumExcerptLength];
}
