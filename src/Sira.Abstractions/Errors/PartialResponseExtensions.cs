using Microsoft.Extensions.AI;

namespace Sira.Errors;

/// <summary>What had been answered, and which tools had run, before a call failed.</summary>
public static class PartialResponseExtensions
{
    private const string Key = "sira.partial_response";

    /// <summary>Returns what there is of the answer of a call that failed: the rounds of the tool loop that had ended, with calls and results, or the part of an answer that broke off.</summary>
    /// <param name="exception">What the call threw; cancellations too.</param>
    /// <returns>The part; <see langword="null"/> where there is none.</returns>
    public static ChatResponse? GetPartialResponse(this Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Data[Key] as ChatResponse ?? (exception as RequestFailedException)?.PartialResponse;
    }

    /// <summary>Notes what there is of the answer. For stages that make several calls for one.</summary>
    /// <param name="exception">What the call is about to throw.</param>
    /// <param name="response">The part.</param>
    public static void SetPartialResponse(this Exception exception, ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentNullException.ThrowIfNull(response);
        exception.Data[Key] = response;
    }
}
