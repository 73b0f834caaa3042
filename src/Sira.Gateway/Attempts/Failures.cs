using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Kernel.Admission;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Attempts;

/// <summary>Words the ways in which a request fails: what was tried, the values, what to change.</summary>
internal static class Failures
{
    public static RequestFailedException NothingLeft(Route route, GatewayDecision decision, BackendException? last, ResourceRejection? rejection)
    {
        if (last is not null)
        {
            return new RequestFailedException(RequestFailureKind.AttemptsFailed, $"No target of the route '{route.Name}' could answer. {Tried(decision)} The last error: {last.Message}", decision, last) { RetryAfter = last.RetryAfter };
        }

        if (rejection is { } refused)
        {
            return new RequestFailedException(
                RequestFailureKind.BudgetExceeded,
                string.Create(CultureInfo.InvariantCulture, $"The {refused.Pool.Name} has too little left for this request: about {refused.Pool.Unit.Format(refused.Requested)} are needed, and {refused.Pool.Unit.Format(refused.Used)} of {refused.Pool.Unit.Format(refused.Pool.Limit)} are used. {When(refused)} Raise the budget, shorten the request, or add a free fallback."),
                decision) { RetryAfter = refused.RetryAfter };
        }

        return new RequestFailedException(RequestFailureKind.NoCandidate, $"No target of the route '{route.Name}' can take this request:{Environment.NewLine}{string.Join(Environment.NewLine, decision.Candidates.Select(static candidate => $"  - {candidate.Target}: {candidate.Reason}"))}{Hint(decision)}", decision);
    }

    public static RequestFailedException Surfaced(GatewayDecision decision, BackendException failure) =>
        new(RequestFailureKind.AttemptsFailed, $"{failure.Message} {Tried(decision)}", decision, failure) { RetryAfter = failure.RetryAfter };

    public static RequestFailedException AttemptsUsedUp(GatewayDecision decision, int maximum, BackendException? last) =>
        new(RequestFailureKind.AttemptsFailed, $"The limit of {maximum} {(maximum == 1 ? "attempt" : "attempts")} is used up before every target has had its retries. {Tried(decision)} {(last is null ? string.Empty : $"The last error: {last.Message} ")}Raise the route's Retry.MaxAttempts, or lower MaxRetriesPerTarget.", decision, last) { RetryAfter = last?.RetryAfter };

    public static RequestFailedException RequestAttemptsUsedUp(GatewayDecision decision, int maximum, BackendException? last) =>
        new(RequestFailureKind.AttemptsFailed, $"The request may make {maximum} {(maximum == 1 ? "attempt" : "attempts")} in all its model calls together, and they are used up. In this call: {Tried(decision)} {(last is null ? string.Empty : $"The last error: {last.Message} ")}Raise the request's MaxAttempts.", decision, last) { RetryAfter = last?.RetryAfter };

    public static RequestFailedException DeadlineExceeded(GatewayDecision decision, TimeSpan maximum, BackendException? last) =>
        new(RequestFailureKind.DeadlineExceeded, string.Create(CultureInfo.InvariantCulture, $"The request's MaxDuration of {maximum.TotalSeconds:0.###} s is over. {Tried(decision)}"), decision, last);

    public static RequestFailedException ShuttingDown(GatewayDecision decision) =>
        new(RequestFailureKind.ShuttingDown, "The gateway is shutting down and takes no new requests. Send this one to another instance.", decision);

    public static RequestFailedException AtCapacity(Route route, GatewayDecision decision, BackendException? last) =>
        new(RequestFailureKind.Overloaded, $"Every target of the route '{route.Name}' that could answer is at its limit. {Tried(decision)} Raise the Limits, add a target, or give the route a Queue (MaxLength above 0) so that calls wait for their turn.", decision, last);

    public static RequestFailedException HeldBack(Route route, GatewayDecision decision, BackendException? last) =>
        new(RequestFailureKind.Overloaded, $"The targets of the route '{route.Name}' refuse calls because they are overloaded, so this one was held back. {Tried(decision)} Try again later, or add a target.", decision, last);

    public static RequestFailedException Queue(Route route, GatewayDecision decision, in QueuedReservation refused, BackendException? last) =>
        new(RequestFailureKind.Overloaded, refused.Refusal switch
        {
            AdmissionRefusal.Full => $"The queue of the route '{route.Name}' is full: {route.Queue.MaxLength} calls of the same or a higher priority wait already. Raise its MaxLength, or the Limits of its targets.",
            AdmissionRefusal.Impossible => $"The {refused.Rejection.Pool.Name} of {refused.Rejection.Pool.Unit.Format(refused.Rejection.Pool.Limit)} is less than this call needs: about {refused.Rejection.Pool.Unit.Format(refused.Rejection.Requested)}. Raise it, or shorten the request.",
            _ => string.Create(CultureInfo.InvariantCulture, $"The call waited {refused.Waited.TotalSeconds:0.###} s in the queue of the route '{route.Name}', and no target had room for it: {refused.Rejection.Pool.Name}. Raise its MaxWait, or the Limits of its targets."),
        }, decision, last) { RetryAfter = refused.Rejection.RetryAfter };

    public static RequestFailedException TokensUsedUp(GatewayDecision decision, long used, long needed, long maximum) =>
        new(RequestFailureKind.BudgetExceeded, string.Create(CultureInfo.InvariantCulture, $"The request's MaxTokens of {maximum} does not allow another call: {used} are used and about {needed} more are needed for its input. Raise MaxTokens or shorten the request."), decision);

    public static RequestFailedException Incomplete(GatewayDecision decision, BackendException failure, ChatResponse partial) =>
        new(RequestFailureKind.Incomplete, $"The answer broke off after part of it had been delivered: {failure.Message} The part is in PartialText and PartialResponse.", decision, failure) { PartialText = partial.Text, PartialResponse = partial };

    private static string Tried(GatewayDecision decision) => decision.AttemptCount == 0
        ? "Nothing was tried."
        : $"Tried: {string.Join("; ", decision.Attempts.Select(static attempt => string.Create(CultureInfo.InvariantCulture, $"{attempt.Target} → {attempt.Error?.ToString() ?? "answered"} after {attempt.Duration.TotalMilliseconds:0} ms")))}.";

    private static string When(in ResourceRejection refused) =>
        refused.RetryAfter is { } wait ? wait > TimeSpan.FromMinutes(2)
            ? string.Create(CultureInfo.InvariantCulture, $"It may fit again in {Math.Ceiling(wait.TotalMinutes)} minutes.")
            : string.Create(CultureInfo.InvariantCulture, $"It may fit again in {Math.Ceiling(wait.TotalSeconds)} s.")
        : refused.Requested > refused.Pool.Limit ? "That is more than the whole budget."
        : "It may fit when running requests have ended.";

    private static string Hint(GatewayDecision decision) => decision.Candidates.Any(static candidate => candidate.Dropped is DropReason.UnsupportedFeature)
        ? $"{Environment.NewLine}Leave the option out, add a target that can take it, or set the route's UnsupportedOptions to Drop for options that only tune."
        : string.Empty;
}
