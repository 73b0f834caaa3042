using System.Net;
using System.Text.Json;
using Sira.Errors;
using Sira.Gateway.Routing;

namespace Sira.Gateway.Attempts;

/// <summary>Turns whatever a backend throws into a <see cref="BackendException"/>. Sira's own adapters throw that already; this is for clients behind <c>AddBackend</c>.</summary>
internal static class FailureClassifier
{
    public static BackendException Classify(Exception exception, RouteTarget target, BackendErrorKind? timeout)
    {
        if (timeout is { } fired)
        {
            return Create(fired, TimeoutMessage(fired, target), exception, target);
        }

        return exception switch
        {
            BackendException known => known,
            _ when AskBackend(exception, target) is { } kind => Create(kind, exception.Message, exception, target),
            HttpRequestException { StatusCode: { } status } http => Create(FromStatus(status), http.Message, http, target, (int)status),
            HttpRequestException or IOException => Create(BackendErrorKind.Transport, exception.Message, exception, target),
            TimeoutException or OperationCanceledException => Create(BackendErrorKind.TotalTimeout, $"{target.Name} gave up by itself: {exception.Message}", exception, target),
            JsonException => Create(BackendErrorKind.MalformedResponse, $"{target.Name} answered with something that is not the JSON its client expects: {exception.Message}", exception, target),
            _ => Create(BackendErrorKind.Unknown, $"{target.Name} failed ({exception.GetType().Name}): {exception.Message}", exception, target),
        };
    }

    public static BackendException Truncated(RouteTarget target) =>
        Create(BackendErrorKind.Truncated, $"{target.Name} ended its answer without a finish reason, so it may be cut off. If this backend never reports one, set RequireFinishReason to false for it.", null, target);

    /// <summary>The backend broke the contract of a client, for instance by returning null.</summary>
    public static BackendException Malformed(RouteTarget target, string what) =>
        Create(BackendErrorKind.MalformedResponse, $"{target.Name} returned {what}.", null, target);

    // A classifier is the user's code: its own mistake must not take the place of the failure it was asked about.
    private static BackendErrorKind? AskBackend(Exception exception, RouteTarget target)
    {
        try
        {
            return target.Backend.ClassifyException(exception);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static BackendErrorKind FromStatus(HttpStatusCode status) => (int)status switch
    {
        429 => BackendErrorKind.RateLimited,
        401 or 403 => BackendErrorKind.Authentication,
        402 => BackendErrorKind.Billing,
        404 => BackendErrorKind.ModelNotFound,
        408 or 504 => BackendErrorKind.TotalTimeout,
        503 or 529 => BackendErrorKind.Overloaded,
        >= 500 => BackendErrorKind.ServerError,
        >= 400 => BackendErrorKind.BadRequest,
        _ => BackendErrorKind.Unknown,
    };

    private static string TimeoutMessage(BackendErrorKind timeout, RouteTarget target) => timeout switch
    {
        BackendErrorKind.FirstTokenTimeout => $"{target.Name} sent no token in time. Raise the route's Timeouts.FirstToken if the model thinks longer.",
        BackendErrorKind.IdleTimeout => $"{target.Name} stopped sending in the middle of its answer. Raise the route's Timeouts.Idle if it pauses longer.",
        _ => $"{target.Name} did not finish in time. Raise the route's Timeouts.Total (streams) or Timeouts.Unary, or the request's MaxDuration.",
    };

    private static BackendException Create(BackendErrorKind kind, string message, Exception? inner, RouteTarget target, int? status = null) =>
        new(kind, message, inner) { Backend = target.Backend.Name, ModelId = target.Model.Id, StatusCode = status };
}
