using Sira.Gateway.Budgets;
using Sira.Requests;

namespace Sira.Gateway.Configuration;

/// <summary>A limit on what requests spend together within a window. What is unset is unlimited.</summary>
/// <remarks>All budgets that concern a request hold, those of its route and those of all routes; a budget with <see cref="Match"/> takes, for its value, the place of the one in the same list that says the same without it.</remarks>
public sealed record BudgetOptions
{
    /// <summary>Gets the US dollars.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Gets the tokens, input and output together.</summary>
    public long? Tokens { get; init; }

    /// <summary>Gets the calls of providers.</summary>
    public long? Requests { get; init; }

    /// <summary>Gets the length of the window. Without meaning for <see cref="BudgetWindow.CalendarMonth"/>.</summary>
    /// <value>Default 1 day.</value>
    public TimeSpan Per { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets when what was spent comes back.</summary>
    /// <value>Default <see cref="BudgetWindow.Sliding"/>.</value>
    public BudgetWindow Window { get; init; }

    /// <summary>Gets by what it counts: each tenant, say, has as much. Requests that do not say whose they are share one budget.</summary>
    /// <value>Default <see cref="BudgetScope.All"/>: all requests together.</value>
    public BudgetScope For { get; init; }

    /// <summary>Gets the name of the tag that it counts by, where <see cref="For"/> is <see cref="BudgetScope.Tag"/>.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the only value that it holds for, such as one tenant; compared by ordinal.</summary>
    /// <value>Default <see langword="null"/>: every value has a budget of its own.</value>
    public string? Match { get; init; }

    /// <summary>Gets whether nothing may be spent beyond it: what an attempt can cost at the worst is reserved, and its output is limited to what is left. See the page on budgets for what that promises.</summary>
    /// <value>Default <see langword="false"/>: what is billed beyond its reservation is debt.</value>
    public bool Strict { get; init; }

    /// <summary>Gets the shares, above 0 and at most 1, at which <see cref="Events.BudgetThresholdReached"/> is published.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<double> Thresholds { get; init; } = [];

    /// <summary>Gets how requests of this budget are routed while it is at or above the lowest of its <see cref="Thresholds"/>.</summary>
    /// <value>Default <see langword="null"/>: as always.</value>
    public RoutingOptions? WhenReached { get; init; }
}
