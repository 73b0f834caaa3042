namespace Sira.Gateway.Ledger;

/// <summary>Sums up cells into the rows of a query.</summary>
internal static class LedgerSummary
{
    public static IReadOnlyList<LedgerRow> Of(IEnumerable<LedgerDay> days, LedgerQuery query)
    {
        var groups = new Dictionary<(LedgerKey Key, int? Day), LedgerGroup>();
        foreach (var day in days)
        {
            if (!query.Covers(day.Number))
            {
                continue;
            }

            foreach (var (key, cell) in day.Cells)
            {
                // A cell is made before its first attempt is entered.
                if (query.Matches(key) && !cell.IsEmpty)
                {
                    Get(key.Only(query.GroupBy), (query.GroupBy & LedgerDimensions.Day) != 0 ? day.Number : null).Add(day.Number, cell);
                }
            }
        }

        if (query.GroupBy == LedgerDimensions.None && groups.Count == 0)
        {
            Get(default, null);
        }

        return [.. groups.Values.Select(static group => group.ToRow())
            .OrderBy(static row => row.Day)
            .ThenBy(static row => row.Tenant, StringComparer.Ordinal)
            .ThenBy(static row => row.Team, StringComparer.Ordinal)
            .ThenBy(static row => row.User, StringComparer.Ordinal)
            .ThenBy(static row => row.Key, StringComparer.Ordinal)
            .ThenBy(static row => row.Route, StringComparer.Ordinal)
            .ThenBy(static row => row.Target, StringComparer.Ordinal)
            .ThenBy(static row => row.Model, StringComparer.Ordinal)
            .ThenBy(static row => row.Variant, StringComparer.Ordinal)];

        LedgerGroup Get(LedgerKey key, int? day)
        {
            if (!groups.TryGetValue((key, day), out var group))
            {
                groups.Add((key, day), group = new LedgerGroup(key, day));
            }

            return group;
        }
    }
}
