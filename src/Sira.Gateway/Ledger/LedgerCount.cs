namespace Sira.Gateway.Ledger;

/// <summary>The counters of a cell.</summary>
internal enum LedgerCount
{
    Answered,
    Failed,
    Cancelled,
    Pending,
    Input,
    CachedInput,
    CacheWrite,
    Output,
    Reasoning,

    /// <summary>Tokens charged that nobody reported.</summary>
    Estimated,

    /// <summary>Tokens by which a provider's own total is larger than its input and output.</summary>
    Surplus,

    /// <summary>The lower part of the cost, see <see cref="LedgerCell"/>.</summary>
    CostLow,
    CostHigh,
    EstimatedCostLow,
    EstimatedCostHigh,
    EstimatedAttempts,
    UnpricedAttempts,
}
