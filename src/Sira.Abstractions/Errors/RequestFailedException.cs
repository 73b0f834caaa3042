using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Kernel.Errors;

namespace Sira.Errors;

/// <summary>A request could not be answered. Says what was tried, at which targets, why each failed and what to change.</summary>
public class RequestFailedException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="kind">The kind of the error that decided the outcome: the last attempt's, or the admission's.</param>
    /// <param name="message">What was tried and what to change.</param>
    /// <param name="decision">The decision trail.</param>
    /// <param name="innerException">The last attempt's exception, if there was an attempt.</param>
    public RequestFailedException(RequestFailureKind kind, string message, RouteDecision? decision, Exception? innerException = null)
        : base(message, innerException) => (Kind, Decision) = (kind, decision);

    /// <summary>Gets why the request failed.</summary>
    public RequestFailureKind Kind { get; }

    /// <summary>Gets the kind of the last attempt's error, if there was an attempt.</summary>
    public BackendErrorKind? BackendError => (InnerException as BackendException)?.Kind;

    /// <summary>Gets the decision trail: candidates, why each was dropped, attempts with error kinds and timings.</summary>
    public RouteDecision? Decision { get; }

    /// <summary>Gets the text that had been delivered before a stream broke; empty when nothing had.</summary>
    public string PartialText { get; init; } = string.Empty;

    /// <summary>Gets everything that had been received before a stream broke, or <see langword="null"/> when nothing had.</summary>
    public ChatResponse? PartialResponse { get; init; }

    /// <summary>Gets how long to wait before trying again, if that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
