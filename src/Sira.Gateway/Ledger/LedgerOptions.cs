namespace Sira.Gateway.Ledger;

/// <summary>How much the ledger keeps: the section <c>Sira:Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>Gets or sets whether attempts are entered. What was entered before stays.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how many days are kept, today included.</summary>
    /// <value>Default 400; at most 36,500.</value>
    public int RetentionDays { get; set; } = 400;

    /// <summary>Gets or sets how many combinations of day, tenant, team, user, key, route, target and variant are kept apart, about 300 bytes each.</summary>
    /// <remarks>
    /// Nine tenths of them may have a team, user or key. When they are used up, the oldest days that ended more than a day ago lose team, user and key, which become <c>(other)</c>; then their tenant, route, target and variant as well.
    /// With no such day left, new combinations are entered without team, user and key, and when the rest is used up under <c>(other)</c> altogether. Sums stay exact in any case.
    /// </remarks>
    /// <value>Default 100,000; from 10 to 10,000,000.</value>
    public int MaximumCells { get; set; } = 100_000;
}
