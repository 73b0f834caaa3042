using Sira.Gateway.Budgets;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when what has been billed reaches a share of a shared budget: once, until it has fallen below that share again.</summary>
/// <param name="Budget">The budget's name.</param>
/// <param name="Scope">By what it counts.</param>
/// <param name="Value">The value that it counts for, such as the tenant; <c>(none)</c> for requests that have none, <see langword="null"/> when it counts all together.</param>
/// <param name="Share">The share that is reached, such as 0.8.</param>
/// <param name="Used">What has been billed, in <paramref name="Unit"/>.</param>
/// <param name="Limit">The limit, in <paramref name="Unit"/>.</param>
/// <param name="Unit">What is counted: <c>USD</c>, <c>tokens</c> or <c>requests</c>.</param>
public readonly record struct BudgetThresholdReached(string Budget, BudgetScope Scope, string? Value, double Share, decimal Used, decimal Limit, string Unit);
