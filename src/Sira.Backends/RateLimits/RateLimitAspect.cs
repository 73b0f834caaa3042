namespace Sira.Backends.RateLimits;

/// <summary>What a rate-limit header says of its limit.</summary>
internal enum RateLimitAspect
{
    /// <summary>Nothing that is read.</summary>
    None,

    /// <summary>How many are allowed within the window.</summary>
    Limit,

    /// <summary>How many are left.</summary>
    Remaining,

    /// <summary>When all are there again.</summary>
    Reset,

    /// <summary>How long the window is, which Azure states.</summary>
    Period,
}
