using Sira.Requests;

namespace Sira.Gateway.Configuration;

/// <summary>What one request may spend in all, when it brings no <see cref="RequestBudget"/> of its own. What is unset is unlimited.</summary>
public sealed class RequestLimitOptions
{
    /// <summary>Gets or sets the attempts, over all targets.</summary>
    /// <value>Default 6 per model call.</value>
    public int? MaxAttempts { get; set; }

    /// <summary>Gets or sets the tokens, input and output together.</summary>
    public long? MaxTokens { get; set; }

    /// <summary>Gets or sets the US dollars.</summary>
    public decimal? MaxUsd { get; set; }

    /// <summary>Gets or sets the time from the beginning of the request, tools and retries included.</summary>
    public TimeSpan? MaxDuration { get; set; }

    internal RequestBudget ToBudget() => this is { MaxAttempts: null, MaxTokens: null, MaxUsd: null, MaxDuration: null }
        ? RequestBudget.Unlimited
        : new RequestBudget { MaxAttempts = MaxAttempts, MaxTokens = MaxTokens, MaxCost = MaxUsd, MaxDuration = MaxDuration };
}
