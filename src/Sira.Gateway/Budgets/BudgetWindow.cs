namespace Sira.Gateway.Budgets;

/// <summary>When what was spent of a budget comes back.</summary>
public enum BudgetWindow
{
    /// <summary>Little by little: what was spent within the time that ends now counts.</summary>
    Sliding,

    /// <summary>At the multiples of the window's length in UTC, such as full minutes, full hours and midnight: each window begins empty. Across the border of two, twice the limit may be spent within one length.</summary>
    Fixed,

    /// <summary>On the first of each month, UTC.</summary>
    CalendarMonth,
}
