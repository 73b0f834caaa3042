namespace Sira.Gateway.Configuration.Traffic;

/// <summary>How much is sent to a target or to all models of a backend, over all routes. What is unset is unlimited.</summary>
/// <remarks>A target at its limit is passed over for the next one of the route; when none has room the call waits if the route has a queue, see <see cref="RouteOptions.Queue"/>, and fails otherwise. Budgets are another matter: they are what callers may spend, and nobody waits for them.</remarks>
public sealed record TargetLimitOptions
{
    /// <summary>Gets the target, written <c>backend/model</c>, or the backend.</summary>
    public string Target { get; init; } = string.Empty;

    /// <summary>Gets the requests within any minute.</summary>
    public long? RequestsPerMinute { get; init; }

    /// <summary>Gets the tokens, input and output, within any minute. Reserved by estimate, corrected by what was used.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>Gets the calls at once.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Gets whether the number of calls at once follows what the target takes: one more after a full round that went well, a fifth fewer when it is overloaded; never beyond <see cref="Concurrency"/>.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool Adaptive { get; init; }

    /// <summary>Gets whether calls are held back, at random and as many as the target would refuse anyway, while it says that it is overloaded.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool Throttle { get; init; }
}
