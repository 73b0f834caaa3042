using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Configuration.Traffic;
using Sira.Requests;

namespace Sira.Gateway.Configuration;

/// <summary>Describes a route in code. Says the same as <see cref="RouteOptions"/>.</summary>
public sealed class RouteBuilder
{
    private readonly RouteOptions options;

    internal RouteBuilder(RouteOptions options) => this.options = options;

    /// <summary>Adds targets, written <c>backend/model</c>. Different models are tried in the strategy's order; deployments of the same model are balanced.</summary>
    /// <param name="targets">The targets.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder To(params ReadOnlySpan<string> targets) => Add(options.Targets, targets);

    /// <summary>Adds one target with a weight.</summary>
    /// <param name="target">The target, written <c>backend/model</c>.</param>
    /// <param name="weight">Its weight relative to the others; more than 0.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder To(string target, double weight)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        options.Targets.Add(target);
        options.Weights[target] = weight;
        return this;
    }

    /// <summary>Adds targets that are tried, in order, when no other can answer.</summary>
    /// <param name="targets">The targets.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder FallBackTo(params ReadOnlySpan<string> targets) => Add(options.Fallbacks, targets);

    /// <summary>Adds targets that are tried when the input is too long for another target.</summary>
    /// <param name="targets">The targets.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder FallBackOnContextLength(params ReadOnlySpan<string> targets) => Add(options.ContextFallbacks, targets);

    /// <summary>Adds targets that are tried when another target's content policy refused the request.</summary>
    /// <param name="targets">The targets.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder FallBackOnContentPolicy(params ReadOnlySpan<string> targets) => Add(options.ContentPolicyFallbacks, targets);

    /// <summary>Adds lesser models that are tried last of all; their answers are marked as degraded.</summary>
    /// <param name="targets">The targets.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder DegradeTo(params ReadOnlySpan<string> targets) => Add(options.DegradedTargets, targets);

    /// <summary>Sets how the route's requests are routed beyond the lists of targets.</summary>
    /// <param name="routing">The routing.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Routing(RoutingOptions routing)
    {
        ArgumentNullException.ThrowIfNull(routing);
        options.Routing = routing;
        return this;
    }

    /// <summary>Adds a rule for the requests that meet one condition; for several conditions add to <see cref="RouteOptions.Rules"/>.</summary>
    /// <param name="condition">The condition, such as <c>tenant</c> or <c>tag:region</c>, see <see cref="RouteRule.When"/>.</param>
    /// <param name="value">The values that meet it, such as <c>eu-*</c>.</param>
    /// <param name="routing">How those requests are routed.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder When(string condition, string value, RoutingOptions routing)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(routing);
        options.Rules.Add(new RouteRule { When = { [condition] = value }, Routing = routing });
        return this;
    }

    /// <summary>Sends a share of the requests to a target first; when it fails, they go on to the route's other targets.</summary>
    /// <param name="target">The target, written <c>backend/model</c>. Requests outside the share do not reach it, unless the route lists it as well.</param>
    /// <param name="percent">The share in percent, from 0 to 100.</param>
    /// <param name="name">The name of the arm, which decisions and metrics carry.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Canary(string target, double percent, string name = "canary")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        options.Split.Arms.Add(new TrafficArm { Name = name, Percent = percent, Routing = new RoutingOptions { Prefer = [target] } });
        return this;
    }

    /// <summary>Sets the strategy that ranks different models.</summary>
    /// <param name="name">A name from <see cref="Strategies.RoutingStrategies"/> or of one added with <c>AddStrategy</c>, or the name of a balancer, which makes all targets equal for it.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Strategy(string name)
    {
        options.Strategy = name;
        return this;
    }

    /// <summary>Sets the balancer among equals.</summary>
    /// <param name="name">A name from <see cref="Sira.Kernel.Balancing.LoadBalancers"/> or of one added with <c>AddBalancer</c>.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Balancer(string name)
    {
        options.Balancer = name;
        return this;
    }

    /// <summary>Limits what the route's requests spend together within a sliding window.</summary>
    /// <param name="usd">US dollars; unset is unlimited.</param>
    /// <param name="tokens">Tokens, input and output together; unset is unlimited.</param>
    /// <param name="requests">Calls of providers; unset is unlimited.</param>
    /// <param name="per">The window; 1 day if unset.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Budget(decimal? usd = null, long? tokens = null, long? requests = null, TimeSpan? per = null)
    {
        options.Budgets.Add(new BudgetOptions { Usd = usd, Tokens = tokens, Requests = requests, Per = per ?? TimeSpan.FromDays(1) });
        return this;
    }

    /// <summary>Limits what the route's requests spend together, or each tenant, user or other on it.</summary>
    /// <param name="budget">The limit.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Budget(BudgetOptions budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        options.Budgets.Add(budget);
        return this;
    }

    /// <summary>Limits what one request spends, retries, fallbacks and tools included.</summary>
    /// <param name="configure">Sets the limits.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder PerRequest(Action<RequestLimitOptions> configure) => Apply(configure, options.Request);

    /// <summary>Sets how failed attempts are repeated.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Retry(Action<RetryOptions> configure) => Apply(configure, options.Retry);

    /// <summary>Sets the timeouts of an attempt.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Timeouts(Action<TimeoutOptions> configure) => Apply(configure, options.Timeouts);

    /// <summary>Sends slow calls to a second target as well.</summary>
    /// <param name="configure">Sets when; by default after the 95th percentile of what the first target took lately.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Hedge(Action<HedgingOptions>? configure = null)
    {
        options.Hedging.Enabled = true;
        configure?.Invoke(options.Hedging);
        return this;
    }

    /// <summary>Goes on with streams that break after part of them was delivered.</summary>
    /// <param name="policies">How, one after another.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder RecoverStreams(params ReadOnlySpan<StreamRecovery> policies)
    {
        options.StreamRecovery = [.. policies];
        return this;
    }

    /// <summary>Lets calls wait when every target is at its limit.</summary>
    /// <param name="maxLength">How many may wait.</param>
    /// <param name="maxWait">How long each may; 30 seconds if unset.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Queue(int maxLength, TimeSpan? maxWait = null)
    {
        (options.Queue.MaxLength, options.Queue.MaxWait) = (maxLength, maxWait ?? options.Queue.MaxWait);
        return this;
    }

    /// <summary>Mirrors calls to another target, to try it on real traffic.</summary>
    /// <param name="target">The target.</param>
    /// <param name="percent">The share of calls.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Shadow(string target, double percent = 100)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        options.Shadow.Targets.Add(target);
        options.Shadow.Percent = percent;
        return this;
    }

    /// <summary>Sets the text to answer with when nobody can; the response says that it is one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder AnswerWith(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        options.StaticAnswer = text;
        return this;
    }

    /// <summary>Sets what else the route's options hold.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>This builder.</returns>
    public RouteBuilder Configure(Action<RouteOptions> configure) => Apply(configure, options);

    private RouteBuilder Add(IList<string> list, ReadOnlySpan<string> targets)
    {
        foreach (var target in targets)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(target, nameof(targets));
            list.Add(target);
        }

        return this;
    }

    private RouteBuilder Apply<T>(Action<T> configure, T target)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(target);
        return this;
    }
}
