namespace Sira.Gateway.Events;

/// <summary>Published on the bus when a shared budget refused a call.</summary>
/// <param name="Route">The route.</param>
/// <param name="Budget">The budget's name.</param>
/// <param name="RetryAfter">When it may have room again, if that is known.</param>
public readonly record struct BudgetExhausted(string Route, string Budget, TimeSpan? RetryAfter);
