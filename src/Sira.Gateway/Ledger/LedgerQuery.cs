namespace Sira.Gateway.Ledger;

/// <summary>Which rows of the ledger are summed up, and by what. A filter that is <see langword="null"/> lets everything pass; an empty one, what has no such value.</summary>
public sealed record LedgerQuery
{
    /// <summary>Gets the first day, in UTC.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Gets the last day, in UTC, itself included.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Gets the tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets the team.</summary>
    public string? Team { get; init; }

    /// <summary>Gets the user.</summary>
    public string? User { get; init; }

    /// <summary>Gets the name of the caller's own key.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the route; case does not matter.</summary>
    public string? Route { get; init; }

    /// <summary>Gets the target, <c>backend/model</c>.</summary>
    public string? Target { get; init; }

    /// <summary>Gets the model's id at its backend.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the arm of a route's traffic split.</summary>
    public string? Variant { get; init; }

    /// <summary>Gets what rows are told apart by.</summary>
    /// <value>Default <see cref="LedgerDimensions.None"/>: one row, also when nothing matches.</value>
    public LedgerDimensions GroupBy { get; init; }

    internal void ThrowIfImpossible()
    {
        if (From > To)
        {
            throw new ArgumentException($"The query ends on {To:yyyy-MM-dd}, before it begins on {From:yyyy-MM-dd}. Exchange {nameof(From)} and {nameof(To)}.");
        }

        if ((GroupBy & ~LedgerDimensions.All) != 0)
        {
            throw new ArgumentException($"{nameof(GroupBy)} is {(int)GroupBy}, which is no combination of {nameof(LedgerDimensions)}.");
        }
    }

    internal bool Covers(int dayNumber) => !(dayNumber < From?.DayNumber) && !(dayNumber > To?.DayNumber);

    internal bool Matches(in LedgerKey key) =>
        Passes(Tenant, key.Tenant) && Passes(Team, key.Team) && Passes(User, key.User) && Passes(Key, key.Key)
        && Passes(Route, key.Route, StringComparison.OrdinalIgnoreCase) && Passes(Target, key.Target) && Passes(Model, key.Model) && Passes(Variant, key.Variant);

    private static bool Passes(string? filter, string? value, StringComparison comparison = StringComparison.Ordinal) =>
        filter is null || string.Equals(filter, value ?? string.Empty, comparison);
}
