namespace Sira.Gateway.Ledger.State;

/// <summary>One cell of the ledger.</summary>
/// <param name="Day">The day, counted as <see cref="DateOnly.DayNumber"/> does.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Team">The team.</param>
/// <param name="User">The user.</param>
/// <param name="Key">The name of the caller's own key.</param>
/// <param name="Route">The route.</param>
/// <param name="Target">The target.</param>
/// <param name="Model">The model.</param>
/// <param name="Variant">The arm of the traffic split.</param>
/// <param name="Counts">The counters, in the order of <see cref="LedgerCount"/>.</param>
internal sealed record LedgerRecord(int Day, string? Tenant, string? Team, string? User, string? Key, string? Route, string? Target, string? Model, string? Variant, long[] Counts);
