namespace Sira.Backends;

/// <summary>What a provider said of its rate limits, as of one answer. What it did not say is <see langword="null"/>.</summary>
public sealed record RateLimitStatus
{
    /// <summary>Gets the clock's timestamp when it was said, from <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public required long At { get; init; }

    /// <summary>Gets the requests allowed within the provider's window.</summary>
    public long? RequestLimit { get; init; }

    /// <summary>Gets the requests left.</summary>
    public long? RemainingRequests { get; init; }

    /// <summary>Gets how long after <see cref="At"/> the requests are full again.</summary>
    public TimeSpan? RequestReset { get; init; }

    /// <summary>Gets the tokens allowed within the provider's window.</summary>
    public long? TokenLimit { get; init; }

    /// <summary>Gets the tokens left.</summary>
    public long? RemainingTokens { get; init; }

    /// <summary>Gets how long after <see cref="At"/> the tokens are full again.</summary>
    public TimeSpan? TokenReset { get; init; }
}
