namespace Sira.Errors;

/// <summary>What went wrong with one attempt at one target. The hinge of resilience: each kind maps to an action and to what it counts against, see <see cref="BackendErrorKindExtensions"/>.</summary>
public enum BackendErrorKind
{
    /// <summary>Nothing is known but that it failed.</summary>
    Unknown,

    /// <summary>Too many requests or tokens for now; waiting helps.</summary>
    RateLimited,

    /// <summary>The quota or credit of the account is used up; waiting a little does not help.</summary>
    QuotaExhausted,

    /// <summary>The provider is overloaded (503, 529); nobody's quota is at fault.</summary>
    Overloaded,

    /// <summary>The provider failed (500, 502 and the like, or an error event in a stream).</summary>
    ServerError,

    /// <summary>The connection could not be made or broke.</summary>
    Transport,

    /// <summary>No connection within the connect timeout.</summary>
    ConnectTimeout,

    /// <summary>No response headers within the headers timeout.</summary>
    HeadersTimeout,

    /// <summary>No first token within the first-token timeout.</summary>
    FirstTokenTimeout,

    /// <summary>A stream paused longer than the idle timeout.</summary>
    IdleTimeout,

    /// <summary>The attempt did not end within its total timeout.</summary>
    TotalTimeout,

    /// <summary>The key is missing, wrong or lacks permission (401, 403).</summary>
    Authentication,

    /// <summary>The account cannot pay (402).</summary>
    Billing,

    /// <summary>The model or deployment does not exist there (404).</summary>
    ModelNotFound,

    /// <summary>The input is longer than the model's context.</summary>
    ContextLength,

    /// <summary>The provider's content policy refused the input or the output.</summary>
    ContentPolicy,

    /// <summary>The provider found the request wrong (400, 413, 422).</summary>
    BadRequest,

    /// <summary>The response or stream ended before it was complete.</summary>
    Truncated,

    /// <summary>The response was not what the protocol promises: HTML, an empty body, undecodable JSON.</summary>
    MalformedResponse,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
