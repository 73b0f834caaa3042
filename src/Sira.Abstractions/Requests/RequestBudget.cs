namespace Sira.Requests;

/// <summary>What one request may spend in all: retries, fallbacks, tools and reasoning included. <see langword="null"/> means no limit of its own.</summary>
public sealed record RequestBudget
{
    /// <summary>Gets a budget without limits.</summary>
    public static RequestBudget Unlimited { get; } = new();

    /// <summary>Gets how many attempts may be made at providers.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Gets how many tokens may be billed.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>Gets how many US dollars may be billed.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Gets how long the request may take from its beginning.</summary>
    public TimeSpan? MaxDuration { get; init; }
}
