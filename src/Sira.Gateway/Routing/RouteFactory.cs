using System.Collections.Concurrent;
using Sira.Backends;
using Sira.Decisions;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Shadow;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Routing;

/// <summary>Makes routes of options, collecting every mistake.</summary>
internal sealed class RouteFactory(TimeProvider time, TargetFactory targets, SiraConfigurationSection configuration)
{
    // Only configured routes are remembered: names of direct ones come from callers.
    private readonly ConcurrentDictionary<(RouteKind Kind, string Name), RouteState> states = new();

    /// <summary>Makes a route that is configured.</summary>
    public Route? Create(string name, RouteKind kind, RouteOptions options, GatewayOptions gateway, SnapshotParts parts, RoutePool[] sharedPools, ConfigurationErrors errors)
    {
        var path = configuration.PathOf(kind == RouteKind.Chat ? "Routes" : "EmbeddingRoutes", name);
        var known = errors.Items.Count;
        var strategy = parts.Strategies.Find(options.Strategy);
        if (strategy is null)
        {
            errors.AddUnknownName(path + ":Strategy", "strategy", options.Strategy, parts.Strategies.Names);
        }

        if (!parts.Balancers.TryGet(options.Balancer, out var balancer))
        {
            errors.AddUnknownName(path + ":Balancer", "balancer", options.Balancer, parts.Balancers.Names);
        }

        if (IsReserved(name))
        {
            errors.Add(path, $"no call can ask for a route named '{name}': '{RouteResolver.Automatic}' means the client's own route, and '{RouteResolver.RoutePrefix}' begins the name of a route.", "Give it another name.");
        }

        RouteOptionsValidator.Validate(path, options, errors);
        BudgetValidator.CheckUnknownPrice(options.UnknownPrice, options.UnknownPriceEstimate, path, errors);
        var prices = UnknownPrices.Of(options, gateway);
        var pools = BudgetPools.Create($"{(kind == RouteKind.Chat ? "route" : "embedding route")} '{name}'", options.Budgets, path + ":Budget", errors);
        var built = CreateTargets(path, kind, options, gateway, parts.Backends, errors);
        CheckBudgets(options.Budgets, built, parts, path + ":Budget", errors);
        prices.Fill(built);
        if (kind == RouteKind.Embeddings)
        {
            CheckVectorSpace(path, built, errors);
        }

        var policy = RoutePolicyFactory.Create(name, options, built, parts.Layers, path, errors);
        var shadow = CreateShadow(name, path, kind, options, gateway, parts, errors);
        if (errors.Items.Count > known)
        {
            return null;
        }

        var state = states.GetOrAdd((kind, name), static (_, time) => new RouteState(time), time);
        return new Route(name, built, strategy!, balancer!, options, prices.Policy, [.. sharedPools, .. pools], policy, state) { Shadow = shadow };
    }

    // Mirrored calls have no budget of their callers', and nobody asks for their route by name. They take the route's time, or a silent target would fill all their places.
    private ShadowRoute? CreateShadow(string name, string path, RouteKind kind, RouteOptions options, GatewayOptions gateway, SnapshotParts parts, ConfigurationErrors errors)
    {
        if (kind != RouteKind.Chat || options.Shadow.Targets.Count == 0)
        {
            return null;
        }

        var own = new RouteOptions { Targets = options.Shadow.Targets, UnsupportedOptions = options.UnsupportedOptions };
        (own.Timeouts.Headers, own.Timeouts.FirstToken, own.Timeouts.Idle, own.Timeouts.Total, own.Timeouts.Unary) =
            (options.Timeouts.Headers, options.Timeouts.FirstToken, options.Timeouts.Idle, options.Timeouts.Total, options.Timeouts.Unary);
        var shadowName = name + ".shadow";
        var built = CreateTargets(path + ":Shadow", kind, own, gateway, parts.Backends, errors, isShadow: true);
        var state = states.GetOrAdd((kind, shadowName), static (_, time) => new RouteState(time), time);
        var route = new Route(shadowName, built, parts.Strategies.Find(own.Strategy)!, parts.Balancers.Get(own.Balancer), own, UnknownPricePolicy.Allow, [], RoutePolicies.None, state);
        return new ShadowRoute(route, options.Shadow.Percent, options.Shadow.MaxConcurrency);
    }

    /// <summary>Checks the names in the routing that budgets put in force.</summary>
    /// <remarks>They count when a threshold is reached, perhaps weeks later: a mistake must show before.</remarks>
    public void CheckBudgets(IEnumerable<BudgetOptions> budgets, RouteTarget[] targets, SnapshotParts parts, string path, ConfigurationErrors errors)
    {
        foreach (var budget in budgets)
        {
            if (budget.WhenReached is { } routing)
            {
                RoutingLayerFactory.CheckNames(routing, targets, parts.Backends, path + ":WhenReached", errors);
            }

            if (budget.WhenReached?.Strategy is { } strategy && parts.Strategies.Find(strategy) is null)
            {
                errors.AddUnknownName(path + ":WhenReached:Strategy", "strategy", strategy, parts.Strategies.Names);
            }

            if (budget.WhenReached?.Balancer is { } balancer && !parts.Balancers.TryGet(balancer, out _))
            {
                errors.AddUnknownName(path + ":WhenReached:Balancer", "balancer", balancer, parts.Balancers.Names);
            }
        }
    }

    /// <summary>Makes the route of a directly named target: no fallback, no budget but the shared ones, balanced if several backends serve the model.</summary>
    public Route CreateDirect(string name, RouteKind kind, IReadOnlyList<(IBackend Backend, string ModelId)> deployments, GatewayOptions gateway, SnapshotParts parts, RoutePool[] sharedPools)
    {
        var built = new RouteTarget[deployments.Count];
        for (var i = 0; i < built.Length; i++)
        {
            built[i] = targets.Create(deployments[i].Backend, deployments[i].ModelId, kind, position: 0, FallbackKind.None, weight: 1, gateway, isDirect: true);
        }

        var options = new RouteOptions();
        var prices = UnknownPrices.Of(options, gateway);
        prices.Fill(built);
        return new Route(name, built, parts.Strategies.Find(options.Strategy)!, parts.Balancers.Get(options.Balancer), options, prices.Policy, sharedPools, RoutePolicies.None, new RouteState(time));
    }

    /// <summary>Whether a name means something else when a call asks for it.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith(RouteResolver.RoutePrefix) || string.Equals(name, RouteResolver.Automatic, StringComparison.OrdinalIgnoreCase);

    // Vectors of different models, or of different lengths, cannot be compared: an index that mixed them would find nonsense.
    private static void CheckVectorSpace(string path, RouteTarget[] targets, ConfigurationErrors errors)
    {
        foreach (var other in targets.Skip(1))
        {
            var first = targets[0];
            if (other.Model.CanonicalId != first.Model.CanonicalId)
            {
                errors.Add(path + ":Targets", $"'{first.Name}' and '{other.Name}' are different models, whose vectors cannot be compared.", "Name deployments of one model only, and make one embedding route per model. If they are one model under two ids, give both the same CanonicalId.");
            }
            else if (other.Model.EmbeddingDimensions is { } dimensions && first.Model.EmbeddingDimensions is { } expected && dimensions != expected)
            {
                errors.Add(path + ":Targets", $"'{first.Name}' makes vectors of {expected} dimensions and '{other.Name}' of {dimensions}, so they cannot be compared.", "Give both the same EmbeddingDimensions.");
            }
        }
    }

    private RouteTarget[] CreateTargets(string path, RouteKind kind, RouteOptions options, GatewayOptions gateway, IReadOnlyList<IBackend> backends, ConfigurationErrors errors, bool isShadow = false)
    {
        var list = new RouteTargetList(targets, kind, options, gateway, backends, errors);
        list.Add(options.Targets, path + ":Targets", FallbackKind.None);
        AddArms(list, options, path);
        list.Add(options.Fallbacks, path + ":Fallbacks", FallbackKind.General);
        list.Add(options.ContextFallbacks, path + ":ContextFallbacks", FallbackKind.ContextWindow);
        list.Add(options.ContentPolicyFallbacks, path + ":ContentPolicyFallbacks", FallbackKind.ContentPolicy);
        // Before the fallbacks of all routes, which leave out what the route has itself; they are tried before it all the same.
        list.Add(options.DegradedTargets, path + ":DegradedTargets", FallbackKind.Degraded);
        if (kind == RouteKind.Chat && !isShadow)
        {
            list.Add(gateway.DefaultFallbacks, configuration.PathOf("DefaultFallbacks"), FallbackKind.Default);
        }

        string[] names = [.. RouteTargetLists.AllOf(options), .. NamesOfArms(options)];
        foreach (var weighted in options.Weights.Keys.Where(weighted => !names.Contains(weighted)))
        {
            errors.AddUnknownName(path + ":Weights", "target of this route", weighted, names);
        }

        return [.. list.Built];
    }

    // What an arm names and the route does not have is a target of that arm alone.
    private static void AddArms(RouteTargetList list, RouteOptions options, string path)
    {
        var known = RouteTargetLists.AllOf(options).ToArray();
        foreach (var name in NamesOfArms(options).Distinct(StringComparer.Ordinal))
        {
            if (!known.Any(target => TargetMatcher.IsNamed(name, target)) && !list.Built.Any(target => TargetMatcher.Matches(name, target)))
            {
                list.Add([name], path + ":Split:Arms", FallbackKind.None, isArmOnly: true);
            }
        }
    }

    private static IEnumerable<string> NamesOfArms(RouteOptions options) =>
        options.Split.Arms.SelectMany(static arm => (arm.Routing.Prefer ?? []).Concat(arm.Routing.Only ?? [])).Where(static name => !string.IsNullOrWhiteSpace(name));
}
