using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Ledger;
using Sira.Kernel.Health;

namespace Sira.Gateway.Configuration;

/// <summary>What holds for all routes: the section <c>Sira</c> itself.</summary>
public sealed class GatewayOptions
{
    /// <summary>Gets or sets the route that answers when a call names no model.</summary>
    /// <value>Default <c>default</c>.</value>
    public string DefaultRoute { get; set; } = "default";

    /// <summary>Gets other names for targets and routes.</summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the targets that every chat route falls back to after its own fallbacks. Calls that name a model directly do not.</summary>
    public IList<string> DefaultFallbacks { get; set; } = [];

    /// <summary>Gets the budgets that all routes share, direct calls of a model included.</summary>
    public IList<BudgetOptions> Budgets { get; } = [];

    /// <summary>Gets how much is sent to targets and backends, over all routes.</summary>
    public IList<TargetLimitOptions> Limits { get; } = [];

    /// <summary>Gets or sets the share of calls, over all routes, that may be hedged, see <see cref="RouteOptions.Hedging"/>.</summary>
    /// <value>Default 0.05.</value>
    public double MaxHedgeShare { get; set; } = 0.05;

    /// <summary>Gets how much the usage ledger keeps.</summary>
    public LedgerOptions Ledger { get; } = new();
    /// <summary>Gets or sets whether a target whose price is unknown may be used where money is limited: by direct calls of a model, and on routes that do not say themselves.</summary>
    /// <value>Default <see cref="UnknownPricePolicy.Allow"/>: used, and reported as unpriced, never as free.</value>
    public UnknownPricePolicy UnknownPrice { get; set; } = UnknownPricePolicy.Allow;

    /// <summary>Gets or sets the prices to reckon with where <see cref="UnknownPrice"/> is <see cref="UnknownPricePolicy.Estimate"/>.</summary>
    public UnknownPriceEstimate? UnknownPriceEstimate { get; set; }

    /// <summary>Gets or sets when a target's breaker opens and closes.</summary>
    public CircuitBreakerOptions Breaker { get; set; } = CircuitBreakerOptions.Default;

    /// <summary>Gets or sets when a provider's breaker opens and closes: it counts what concerns all its models, such as connections that fail.</summary>
    /// <value>Default: as <see cref="Breaker"/>.</value>
    public CircuitBreakerOptions? ProviderBreaker { get; set; }
}
