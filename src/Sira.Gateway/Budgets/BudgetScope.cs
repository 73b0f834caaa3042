namespace Sira.Gateway.Budgets;

/// <summary>By what a budget counts: one amount for all, or one for each value of what a request says of itself, see <see cref="Requests.RequestContext"/>.</summary>
public enum BudgetScope
{
    /// <summary>All requests of the route, or of all routes, together.</summary>
    All,

    /// <summary>Each tenant.</summary>
    Tenant,

    /// <summary>Each team.</summary>
    Team,

    /// <summary>Each user.</summary>
    User,

    /// <summary>Each of the application's own keys.</summary>
    Key,

    /// <summary>Each value of one tag.</summary>
    Tag,
}
