using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Configuration.Traffic;
using Sira.Kernel.Balancing;
using Sira.Requests;

namespace Sira.Gateway.Configuration;

/// <summary>One route, as code or the section <c>Sira:Routes:{name}</c> describes it.</summary>
public sealed class RouteOptions
{
    /// <summary>Gets or sets the targets, written <c>backend/model</c>. Different models are ranked by <see cref="Strategy"/>; deployments of the same model are balanced by <see cref="Balancer"/>.</summary>
    public IList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets the targets that are tried, in order, when none of <see cref="Targets"/> can answer.</summary>
    public IList<string> Fallbacks { get; set; } = [];

    /// <summary>Gets or sets the targets that are tried, after <see cref="Fallbacks"/>, when the input is too long for another target.</summary>
    public IList<string> ContextFallbacks { get; set; } = [];

    /// <summary>Gets or sets the targets that are tried when another target's content policy refused the request. Naming any opts in to going round a refusal, by these targets only.</summary>
    public IList<string> ContentPolicyFallbacks { get; set; } = [];

    /// <summary>Gets or sets the lesser models that are tried last of all. Their answers are marked by <see cref="Sira.Decisions.RouteDecision.Degraded"/>.</summary>
    public IList<string> DegradedTargets { get; set; } = [];

    /// <summary>Gets or sets how the route's requests are routed beyond the lists of targets.</summary>
    public RoutingOptions Routing { get; set; } = new();

    /// <summary>Gets or sets how requests are routed that meet conditions; every rule that matches applies, in this order.</summary>
    public IList<RouteRule> Rules { get; set; } = [];

    /// <summary>Gets how the requests are divided among arms.</summary>
    public TrafficSplitOptions Split { get; } = new();

    /// <summary>Gets or sets which calls should reach the same one of several equal targets, whatever the balancer.</summary>
    /// <value>Default <see cref="AffinityMode.None"/>.</value>
    public AffinityMode Affinity { get; set; }

    /// <summary>Gets or sets whether providers are told which prompts begin alike.</summary>
    /// <value>Default <see cref="PromptCachingMode.Off"/>.</value>
    public PromptCachingMode PromptCaching { get; set; }

    /// <summary>Gets the relative weights of targets, for strategies and balancers that heed them.</summary>
    /// <value>Default 1 each.</value>
    public IDictionary<string, double> Weights { get; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Gets or sets the name of the strategy that ranks different models, see <see cref="Strategies.RoutingStrategies"/>. The name of a balancer makes all targets equal for that balancer.</summary>
    /// <value>Default <c>ordered</c>.</value>
    public string Strategy { get; set; } = Strategies.RoutingStrategies.Ordered;

    /// <summary>Gets or sets the name of the balancer among targets that the strategy ranks equal, see <see cref="LoadBalancers"/>.</summary>
    /// <value>Default <c>p2c</c>.</value>
    public string Balancer { get; set; } = LoadBalancers.PowerOfTwoChoices;

    /// <summary>Gets the budgets that all requests of the route share.</summary>
    public IList<BudgetOptions> Budgets { get; } = [];

    /// <summary>Gets what one request may spend, unless it brings a budget of its own.</summary>
    public RequestLimitOptions Request { get; } = new();

    /// <summary>Gets the retry settings.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>Gets the timeouts; what is unset depends on model and reasoning effort, see <see cref="TimeoutOptions"/>.</summary>
    public TimeoutOptions Timeouts { get; } = new();

    /// <summary>Gets or sets what happens to an option that a target cannot take.</summary>
    /// <value>Default <see cref="UnsupportedOptionPolicy.Reject"/>: such a target is no candidate.</value>
    public UnsupportedOptionPolicy UnsupportedOptions { get; set; } = UnsupportedOptionPolicy.Reject;

    /// <summary>Gets or sets whether a target whose price is unknown may be used where money is limited.</summary>
    /// <value>Default <see langword="null"/>: as <see cref="GatewayOptions.UnknownPrice"/>.</value>
    public UnknownPricePolicy? UnknownPrice { get; set; }

    /// <summary>Gets or sets the prices to reckon with where a target's are unknown and <see cref="UnknownPrice"/> is <see cref="UnknownPricePolicy.Estimate"/>.</summary>
    public UnknownPriceEstimate? UnknownPriceEstimate { get; set; }

    /// <summary>Gets where a share of the calls is mirrored to.</summary>
    public ShadowOptions Shadow { get; } = new();

    /// <summary>Gets or sets the text to answer with when every target has failed, is out of budget or is at its limit; the response says that it is one, see <see cref="Sira.Decisions.DegradedModeExtensions"/>. Mistakes of the caller and refusals by a content policy are errors all the same.</summary>
    /// <value>Default <see langword="null"/>: the call fails.</value>
    public string? StaticAnswer { get; set; }

    /// <summary>Gets whether calls wait when every target is at its limit.</summary>
    public QueueOptions Queue { get; } = new();

    /// <summary>Gets whether and when a slow call is sent to a second target as well.</summary>
    public HedgingOptions Hedging { get; } = new();

    /// <summary>Gets or sets how long a call waits in all, when the breakers of all targets are open, for the first of them to let a probe through, and for the outcome of another call's probe. When it would take longer, the one that is due soonest is tried at once.</summary>
    /// <value>Default zero: never wait.</value>
    public TimeSpan MaxBreakerWait { get; set; }

    /// <summary>Gets or sets what is done, in this order, when a stream breaks after part of it was delivered.</summary>
    /// <value>Default none: the caller gets an error that carries the part.</value>
    public IList<StreamRecovery> StreamRecovery { get; set; } = [];

    /// <summary>Gets or sets whether a refusal by a provider's content policy falls over to the next target.</summary>
    /// <value>Default <see langword="false"/>: the refusal is given to the caller.</value>
    public bool FallBackOnContentPolicy { get; set; }
}
