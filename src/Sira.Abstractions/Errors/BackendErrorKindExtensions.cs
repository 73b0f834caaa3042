namespace Sira.Errors;

/// <summary>What each <see cref="BackendErrorKind"/> leads to.</summary>
public static class BackendErrorKindExtensions
{
    /// <summary>Returns what to do after an attempt failed in this way.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <returns>The action.</returns>
    public static RetryAction Action(this BackendErrorKind kind) => kind switch
    {
        BackendErrorKind.ServerError or BackendErrorKind.Overloaded or BackendErrorKind.Transport or BackendErrorKind.ConnectTimeout
            or BackendErrorKind.Unknown => RetryAction.RetrySame,
        BackendErrorKind.RateLimited or BackendErrorKind.QuotaExhausted or BackendErrorKind.Authentication or BackendErrorKind.Billing => RetryAction.RotateKey,
        // A silent target is not asked again: it would burn the caller's deadline (Failover Bench S06).
        BackendErrorKind.HeadersTimeout or BackendErrorKind.FirstTokenTimeout or BackendErrorKind.IdleTimeout or BackendErrorKind.TotalTimeout => RetryAction.FallOver,
        BackendErrorKind.ModelNotFound or BackendErrorKind.ContextLength or BackendErrorKind.Truncated or BackendErrorKind.MalformedResponse => RetryAction.FallOver,
        _ => RetryAction.Surface,
    };

    /// <summary>Returns whose health an attempt that failed in this way counts against.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <returns>The scope.</returns>
    public static HealthScope Scope(this BackendErrorKind kind) => kind switch
    {
        BackendErrorKind.RateLimited or BackendErrorKind.QuotaExhausted or BackendErrorKind.Authentication or BackendErrorKind.Billing => HealthScope.Key,
        BackendErrorKind.BadRequest or BackendErrorKind.ContextLength or BackendErrorKind.ContentPolicy or BackendErrorKind.Cancelled => HealthScope.None,
        BackendErrorKind.Transport or BackendErrorKind.ConnectTimeout => HealthScope.Provider,
        _ => HealthScope.Target,
    };

    /// <summary>Whether it says that the target has too much to do.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <returns><see langword="true"/> for a rate limit, an overload, or headers or a first token that did not come in time.</returns>
    public static bool IsOverload(this BackendErrorKind kind) => kind is BackendErrorKind.RateLimited or BackendErrorKind.Overloaded or BackendErrorKind.HeadersTimeout or BackendErrorKind.FirstTokenTimeout;

    /// <summary>Whether this is one of the five timeouts.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <returns><see langword="true"/> for a timeout.</returns>
    public static bool IsTimeout(this BackendErrorKind kind) => kind is BackendErrorKind.ConnectTimeout or BackendErrorKind.HeadersTimeout
        or BackendErrorKind.FirstTokenTimeout or BackendErrorKind.IdleTimeout or BackendErrorKind.TotalTimeout;
}
