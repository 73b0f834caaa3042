using System.Net.Sockets;
using Sira.Errors;

namespace Sira.Backends.Http;

/// <summary>Names what went wrong from an HTTP status or an exception of the transport. What an error body says comes first, see <see cref="Wire.WireError.Kind"/>.</summary>
internal static class BackendErrorClassifier
{
    public static BackendErrorKind FromStatus(int status) => status switch
    {
        401 or 403 => BackendErrorKind.Authentication,
        402 => BackendErrorKind.Billing,
        404 or 410 => BackendErrorKind.ModelNotFound,
        429 => BackendErrorKind.RateLimited,
        // Too early; Groq's "flex tier is full"; unavailable; Anthropic's and Cloudflare's "overloaded".
        425 or 498 or 503 or 529 => BackendErrorKind.Overloaded,
        // The provider gave up waiting, met a conflict of its own, or lost its upstream: nothing that the request did.
        408 or 409 or 499 => BackendErrorKind.ServerError,
        501 or 505 => BackendErrorKind.BadRequest,
        >= 500 and <= 599 => BackendErrorKind.ServerError,
        >= 400 and <= 499 => BackendErrorKind.BadRequest,
        // Redirects are not followed, and nothing else is an answer.
        _ => BackendErrorKind.MalformedResponse,
    };

    /// <summary>Weighs what the body says against the status: the body wins, except that a mere "server error" is told more precisely by a status that means overload.</summary>
    public static BackendErrorKind Combine(BackendErrorKind? body, int status) => body switch
    {
        null => FromStatus(status),
        BackendErrorKind.ServerError when FromStatus(status) is BackendErrorKind.Overloaded => BackendErrorKind.Overloaded,
        { } kind => kind,
    };

    /// <summary>Classifies what the transport threw before headers arrived and without the caller having cancelled.</summary>
    public static BackendErrorKind FromSendFailure(Exception exception) => exception switch
    {
        // SocketsHttpHandler's connect timeout is a cancellation around a TimeoutException; HttpClient.Timeout's wraps another cancellation in turn.
        OperationCanceledException { InnerException: TimeoutException { InnerException: OperationCanceledException } } => BackendErrorKind.HeadersTimeout,
        OperationCanceledException { InnerException: TimeoutException } => BackendErrorKind.ConnectTimeout,
        HttpRequestException { InnerException: TimeoutException } => BackendErrorKind.ConnectTimeout,
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } } => BackendErrorKind.ConnectTimeout,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => BackendErrorKind.MalformedResponse,
        HttpRequestException or IOException or SocketException => BackendErrorKind.Transport,
        // Cancelled, but by nobody we know: a handler that the host plugged in, or the connection being torn down.
        OperationCanceledException => BackendErrorKind.Transport,
        _ => BackendErrorKind.Unknown,
    };

    /// <summary>Says in words what a kind means that has no message of a provider.</summary>
    public static string Describe(BackendErrorKind kind) => kind switch
    {
        BackendErrorKind.ConnectTimeout => "no connection within the connect timeout",
        BackendErrorKind.HeadersTimeout => "no response headers within the headers timeout",
        BackendErrorKind.Transport => "the connection failed",
        BackendErrorKind.Truncated => "the answer broke off",
        BackendErrorKind.MalformedResponse => "the answer is not what the protocol promises",
        _ => "the call failed",
    };

    /// <summary>Says what a transport threw, the innermost cause included: the outer exception often says no more than that an error occurred.</summary>
    public static string DescribeCause(Exception exception)
    {
        var innermost = exception.GetBaseException().Message;
        return exception.Message.Contains(innermost, StringComparison.OrdinalIgnoreCase) ? exception.Message : $"{exception.Message.TrimEnd('.')}: {innermost}";
    }
}
