namespace Sira.Gateway.Ledger;

/// <summary>What the attempts of one group used and cost. A dimension that the query does not group by is <see langword="null"/>, and so is one that the attempts had no value for.</summary>
public sealed record LedgerRow
{
    /// <summary>Gets the day, in UTC.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Gets the tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets the team; <c>(other)</c> where the ledger was full, see <see cref="LedgerOptions.MaximumCells"/>. So for the other dimensions.</summary>
    public string? Team { get; init; }

    /// <summary>Gets the user.</summary>
    public string? User { get; init; }

    /// <summary>Gets the name of the caller's own key.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the route.</summary>
    public string? Route { get; init; }

    /// <summary>Gets the target, <c>backend/model</c>.</summary>
    public string? Target { get; init; }

    /// <summary>Gets the model's id at its backend.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the arm of the route's traffic split.</summary>
    public string? Variant { get; init; }

    /// <summary>Gets the first day with an attempt, in UTC; <see langword="null"/> without any.</summary>
    public DateOnly? FirstDay { get; init; }

    /// <summary>Gets the last day with an attempt, in UTC; <see langword="null"/> without any.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Gets the attempts: the sum of the next four.</summary>
    public long Attempts { get; init; }

    /// <summary>Gets the attempts that were answered whole: the completions.</summary>
    public long Answered { get; init; }

    /// <summary>Gets the attempts that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Gets the attempts that the caller cancelled or walked away from.</summary>
    public long Cancelled { get; init; }

    /// <summary>Gets the attempts whose answer goes on in the background: they are billed when it is fetched whole, by an attempt of its own.</summary>
    public long Pending { get; init; }

    /// <summary>Gets the input tokens that providers reported, those from and to their caches included.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets the part of the input that was read from a provider's prompt cache.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Gets the part of the input that was written to a provider's prompt cache.</summary>
    public long CacheWriteTokens { get; init; }

    /// <summary>Gets the output tokens that providers reported, reasoning included.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets the part of the output that was reasoning.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>Gets the tokens, input or output, that no provider reported and that were estimated.</summary>
    public long EstimatedTokens { get; init; }

    /// <summary>Gets all tokens charged, as budgets count them. More than input, output and estimated ones where a provider's own total is larger.</summary>
    public long TotalTokens { get; init; }

    /// <summary>Gets the US dollars charged, the exact sum over the attempts whose price is known. With <see cref="UnpricedAttempts"/> it is a lower bound.</summary>
    public decimal Cost { get; init; }

    /// <summary>Gets the part of <see cref="Cost"/> of <see cref="EstimatedAttempts"/>.</summary>
    public decimal EstimatedCost { get; init; }

    /// <summary>Gets the attempts whose usage the provider did not report, or not wholly, so that they were charged by estimate.</summary>
    public long EstimatedAttempts { get; init; }

    /// <summary>Gets the attempts whose price is unknown, and which <see cref="Cost"/> therefore lacks.</summary>
    public long UnpricedAttempts { get; init; }
}
