using System.Collections.Frozen;
using Sira.Backends;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Ledger;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Health;

namespace Sira.Gateway.Routing;

/// <summary>Builds a complete snapshot from backends and configuration, or says everything that is wrong with them.</summary>
internal sealed class GatewaySnapshotBuilder(IBackendSource backendSource, GatewayDefinitionSource definitions, RouteFactory routes, BudgetPools budgets, UsageLedger ledger, SiraConfigurationSection configuration)
{
    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshot Build(long version, ContributionSnapshot contributions)
    {
        var errors = new ConfigurationErrors();
        var backends = backendSource.Load(contributions, errors);
        var parts = new SnapshotParts(backends, contributions);
        var definition = definitions.Load(contributions, errors);
        var options = definition.Options;
        var known = errors.Items.Count;
        options.Breaker.Validate(configuration.PathOf("Breaker"), errors);
        if (errors.Items.Count > known)
        {
            // Endpoints refuse such options; the mistake is noted and the other checks go on with the defaults.
            options.Breaker = CircuitBreakerOptions.Default;
        }

        CapacityOptionsReader.Validate(configuration.PathOf("Limits"), options.Limits, backends.Select(static backend => backend.Name), errors);
        if (options.MaxHedgeShare is not (>= 0 and <= 1))
        {
            errors.Add(configuration.PathOf("MaxHedgeShare"), $"{options.MaxHedgeShare} is no share.", "Set 0 to 1, such as 0.05.");
        }

        known = errors.Items.Count;
        options.ProviderBreaker?.Validate(configuration.PathOf("ProviderBreaker"), errors);
        if (errors.Items.Count > known)
        {
            options.ProviderBreaker = null;
        }

        LedgerOptionsValidator.Validate(configuration.PathOf("Ledger"), options.Ledger, errors);
        DropFaultyFallbacks(options, backends, errors);
        BudgetValidator.CheckUnknownPrice(options.UnknownPrice, options.UnknownPriceEstimate, configuration.PathOf(), errors);
        var sharedPools = BudgetPools.Create("all routes", options.Budgets, configuration.PathOf("Budget"), errors);

        var chat = BuildRoutes(RouteKind.Chat, definition.ChatRoutes, options, parts, sharedPools, errors);
        var embeddings = BuildRoutes(RouteKind.Embeddings, definition.EmbeddingRoutes, options, parts, sharedPools, errors);
        routes.CheckBudgets(options.Budgets, [.. chat.Values.Concat(embeddings.Values).SelectMany(static route => route.Targets)], parts, configuration.PathOf("Budget"), errors);
        if (!definition.ChatRoutes.ContainsKey(options.DefaultRoute))
        {
            CheckDefaultRoute(definition, errors);
            AddDefaultRoute(chat, definition, parts, sharedPools, errors);
        }

        CheckAliases(options, definition, chat, backends, errors);
        errors.ThrowIfAny();
        ledger.Configure(options.Ledger);

        // Not before: a configuration that is refused changes no limit.
        budgets.Open([.. sharedPools, .. chat.Values.Concat(embeddings.Values).SelectMany(static route => route.Budgets.Pools)]);
        foreach (var route in chat.Values.Concat(embeddings.Values))
        {
            route.State.Reconfigure(route.Queue, route.Retry);
        }

        return new GatewaySnapshot
        {
            Version = version,
            MaxHedgeShare = options.MaxHedgeShare,
            DefaultRoute = options.DefaultRoute,
            Parts = parts,
            Routes = chat.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            EmbeddingRoutes = embeddings.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            Aliases = options.Aliases.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            DirectRouteFactory = (deployments, name, kind) => routes.CreateDirect(name, kind, deployments, options, parts, sharedPools),
        };
    }

    // Told of here once, and not by every route that would fall back to them.
    private void DropFaultyFallbacks(GatewayOptions options, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
    {
        var path = configuration.PathOf("DefaultFallbacks");
        options.DefaultFallbacks = [.. options.DefaultFallbacks.Where(name => TargetFinder.Find(name, path, backends, errors) is { } found && TargetFinder.CheckKind(RouteKind.Chat, found.Backend, found.Backend.GetModel(found.ModelId), name, path, errors))];
    }

    private Dictionary<string, Route> BuildRoutes(RouteKind kind, IReadOnlyDictionary<string, RouteOptions> definitions, GatewayOptions options, SnapshotParts parts, RoutePool[] sharedPools, ConfigurationErrors errors)
    {
        var built = new Dictionary<string, Route>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, routeOptions) in definitions)
        {
            if (routes.Create(name, kind, routeOptions, options, parts, sharedPools, errors) is { } route)
            {
                built.Add(name, route);
            }
        }

        return built;
    }

    // Without a default route, every backend's default model stands in the order of registration: the smallest configuration that works.
    private void AddDefaultRoute(Dictionary<string, Route> chat, GatewayDefinition definition, SnapshotParts parts, RoutePool[] sharedPools, ConfigurationErrors errors)
    {
        var automatic = new RouteOptions();
        foreach (var backend in parts.Backends)
        {
            if (backend.DefaultModel is { } model)
            {
                automatic.Targets.Add(RouteTarget.NameOf(backend, model));
            }
        }

        if (automatic.Targets.Count > 0)
        {
            if (routes.Create(definition.Options.DefaultRoute, RouteKind.Chat, automatic, definition.Options, parts, sharedPools, errors) is { } route)
            {
                chat.Add(route.Name, route);
            }
        }
    }

    // With routes of their own, who names a default route that is none of them has made a typing mistake; without any, it names the automatic one.
    private void CheckDefaultRoute(GatewayDefinition definition, ConfigurationErrors errors)
    {
        var name = definition.Options.DefaultRoute;
        if (string.IsNullOrWhiteSpace(name) || (definition.ChatRoutes.Count > 0 && name != new GatewayOptions().DefaultRoute))
        {
            errors.AddUnknownName(configuration.PathOf("DefaultRoute"), "route", name ?? string.Empty, definition.ChatRoutes.Keys);
        }
    }

    private void CheckAliases(GatewayOptions options, GatewayDefinition definition, Dictionary<string, Route> chat, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
    {
        foreach (var (alias, target) in options.Aliases)
        {
            if (!PointsToAFaultyBackend(target, errors) && FindAliasMistake(options, definition, chat, backends, alias, target) is { } mistake)
            {
                errors.Add(configuration.PathOf("Aliases", alias), mistake, "Point an alias of its own name to '@route', 'backend/model' or another alias.");
            }
        }
    }

    // Such a backend has been told of already.
    private static bool PointsToAFaultyBackend(string target, ConfigurationErrors errors) =>
        target.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && errors.IsFaulty("backend", target[..slash]);

    private static string? FindAliasMistake(GatewayOptions options, GatewayDefinition definition, Dictionary<string, Route> chat, IReadOnlyList<IBackend> backends, string alias, string target)
    {
        if (definition.ChatRoutes.ContainsKey(alias))
        {
            return $"the route '{alias}' hides the alias of the same name.";
        }

        if (RouteFactory.IsReserved(alias))
        {
            return $"the alias '{alias}' cannot be asked for: '{RouteResolver.Automatic}' means the client's own route, and '{RouteResolver.RoutePrefix}' begins the name of a route.";
        }

        if (target.StartsWith(RouteResolver.RoutePrefix))
        {
            // A route with mistakes of its own is there all the same; those are told already.
            var route = target[1..];
            return chat.ContainsKey(route) || definition.ChatRoutes.ContainsKey(route) ? null : $"the alias '{alias}' points to '{target}', which does not exist.";
        }

        if (IsCircular(options, alias))
        {
            return $"the alias '{alias}' leads back to itself.";
        }

        if (chat.ContainsKey(target) || definition.ChatRoutes.ContainsKey(target) || options.Aliases.ContainsKey(target))
        {
            return null;
        }

        var deployments = RouteResolver.FindDeployments(backends, target);
        return deployments.Count == 0 ? $"the alias '{alias}' points to '{target}', which does not exist."
            : deployments.All(static deployment => deployment.Backend.GetModel(deployment.ModelId).IsEmbedding) ? $"the alias '{alias}' points to '{target}', an embedding model, which cannot chat."
            : null;
    }

    private static bool IsCircular(GatewayOptions options, string alias)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var at = alias; options.Aliases.TryGetValue(at, out var next); at = next)
        {
            if (!seen.Add(at))
            {
                return true;
            }
        }

        return false;
    }
}
