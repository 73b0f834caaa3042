using Sira.Backends;
using Sira.Errors;
using Sira.Kernel.Balancing;
using Sira.Kernel.Configuration;
using Sira.Requests;

namespace Sira.Gateway.Routing.Plans;

/// <summary>Looks the names in routing options up, saying everything that is wrong with them.</summary>
internal sealed class RoutingLayerFactory(SnapshotParts parts)
{
    /// <summary>Makes a layer of configured options. Each of their names must mean a target of the route.</summary>
    /// <param name="source">Whose options they are.</param>
    /// <param name="options">The options.</param>
    /// <param name="targets">The route's targets.</param>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Where mistakes go.</param>
    public RoutingLayer Create(string source, RoutingOptions options, RouteTarget[] targets, string path, ConfigurationErrors errors)
    {
        CheckNames(options, targets, [], path, errors);
        return CreateChecked(source, options, targets, path, errors);
    }

    /// <summary>Makes a layer of a request's options. Their names may also mean what other routes have: one set of options may be used for all.</summary>
    /// <exception cref="RequestFailedException">Something has no such name; the message lists what exists.</exception>
    public RoutingLayer CreateForRequest(RoutingOptions options, RouteTarget[] targets)
    {
        var errors = new ConfigurationErrors();
        CheckNames(options.Only, targets, parts.Backends, "Routing.Only", errors);
        CheckNames(options.Ignore, targets, parts.Backends, "Routing.Ignore", errors);
        CheckNames(options.Prefer, targets, parts.Backends, "Routing.Prefer", errors);
        var layer = CreateChecked("the request", options, targets, "Routing", errors);
        return errors.Items.Count == 0
            ? layer
            : throw new RequestFailedException(
                RequestFailureKind.InvalidRequest,
                $"The request's routing is wrong. {string.Join(" ", errors.Items.Select(static error => $"{error.Path.Replace(':', '.')}: {error.Problem} {error.Fix}"))}",
                decision: null);
    }

    /// <summary>Checks the names of targets in configured options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="targets">The targets that names may mean.</param>
    /// <param name="backends">The backends whose names and models they may be as well.</param>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Where mistakes go.</param>
    public static void CheckNames(RoutingOptions options, RouteTarget[] targets, IReadOnlyList<IBackend> backends, string path, ConfigurationErrors errors)
    {
        CheckNames(options.Only, targets, backends, path + ":Only", errors);
        CheckNames(options.Ignore, targets, backends, path + ":Ignore", errors);
        CheckNames(options.Prefer, targets, backends, path + ":Prefer", errors);
    }

    private RoutingLayer CreateChecked(string source, RoutingOptions options, RouteTarget[] targets, string path, ConfigurationErrors errors)
    {
        var strategy = options.Strategy is { } strategyName ? parts.Strategies.Find(strategyName) : null;
        if (options.Strategy is { } wanted && strategy is null)
        {
            errors.AddUnknownName(path + ":Strategy", "strategy", wanted, parts.Strategies.Names);
        }

        ILoadBalancer? balancer = null;
        if (options.Balancer is { } name && !parts.Balancers.TryGet(name, out balancer))
        {
            errors.AddUnknownName(path + ":Balancer", "balancer", name, parts.Balancers.Names);
        }

        CheckPrice(options.MaxInputPrice, path + ":MaxInputPrice", errors);
        CheckPrice(options.MaxOutputPrice, path + ":MaxOutputPrice", errors);
        return new RoutingLayer(source, options, targets, strategy, balancer);
    }

    private static void CheckPrice(decimal? price, string path, ConfigurationErrors errors)
    {
        if (price < 0)
        {
            errors.Add(path, $"the price of {price} US dollars is negative.", "Set 0 or more.");
        }
    }

    private static void CheckNames(IReadOnlyList<string>? names, RouteTarget[] targets, IReadOnlyList<IBackend> backends, string path, ConfigurationErrors errors)
    {
        if (names is null)
        {
            return;
        }

        foreach (var name in names)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                errors.Add(path, "a name is blank.", "Name a target, a backend or a model.");
            }
            else if (!Array.Exists(targets, target => TargetMatcher.Matches(name, target)) && !IsKnown(name, backends))
            {
                errors.AddUnknownName(path, "target", name, targets.Select(static target => target.Name).Concat(targets.Select(static target => target.Backend.Name)).Concat(backends.Select(static backend => backend.Name)));
            }
        }
    }

    private static bool IsKnown(string name, IReadOnlyList<IBackend> backends) =>
        backends.Any(backend => string.Equals(backend.Name, name, StringComparison.OrdinalIgnoreCase)) || RouteResolver.FindDeployments(backends, name).Count > 0;
}
