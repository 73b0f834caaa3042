namespace Sira.Gateway.Configuration;

/// <summary>A limit on what requests spend together within a sliding window. What is unset is unlimited.</summary>
public sealed record BudgetOptions
{
    /// <summary>Gets the US dollars.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Gets the tokens, input and output together.</summary>
    public long? Tokens { get; init; }

    /// <summary>Gets the calls of providers.</summary>
    public long? Requests { get; init; }

    /// <summary>Gets the length of the sliding window.</summary>
    /// <value>Default 1 day.</value>
    public TimeSpan Per { get; init; } = TimeSpan.FromDays(1);
}
