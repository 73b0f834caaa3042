namespace Sira.Gateway.Ledger;

/// <summary>What the ledger tells apart, and rows can be grouped by.</summary>
[Flags]
public enum LedgerDimensions
{
    /// <summary>Nothing: one row for all.</summary>
    None = 0,

    /// <summary>The day in UTC on which an attempt ended.</summary>
    Day = 1,

    /// <summary>The tenant, see <see cref="Sira.Requests.RequestContext.Tenant"/>.</summary>
    Tenant = 2,

    /// <summary>The team, see <see cref="Sira.Requests.RequestContext.Team"/>.</summary>
    Team = 4,

    /// <summary>The user, see <see cref="Sira.Requests.RequestContext.User"/>.</summary>
    User = 8,

    /// <summary>The name of the caller's own key, see <see cref="Sira.Requests.RequestContext.Key"/>.</summary>
    Key = 16,

    /// <summary>The route.</summary>
    Route = 32,

    /// <summary>The target, <c>backend/model</c>.</summary>
    Target = 64,

    /// <summary>The model's id at its backend.</summary>
    Model = 128,

    /// <summary>The arm of a route's traffic split, see <see cref="Sira.Decisions.RouteDecision.Variant"/>.</summary>
    Variant = 256,

    /// <summary>All of them: the rows as they are kept.</summary>
    All = Day | Tenant | Team | User | Key | Route | Target | Model | Variant,
}
