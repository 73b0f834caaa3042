using System.Collections.Frozen;
using Sira.Backends;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;

namespace Sira.Gateway.Routing;

/// <summary>Builds a complete snapshot from backends and configuration, or says everything that is wrong with them.</summary>
internal sealed class GatewaySnapshotBuilder(IBackendSource backendSource, GatewayDefinitionSource definitions, RouteFactory routes, BudgetPools budgets)
{
    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshot Build(long version)
    {
        var errors = new ConfigurationErrors();
        var backends = backendSource.Load(errors);
        var definition = definitions.Load(errors);
        var options = definition.Options;
        options.Breaker.Validate("Sira:Breaker", errors);
        if (errors.Items.Any(static error => error.Path.StartsWith("Sira:Breaker", StringComparison.Ordinal)))
        {
            // Endpoints refuse such options; the mistake is noted and the other checks go on with the defaults.
            options.Breaker = CircuitBreakerOptions.Default;
        }

        var sharedPools = budgets.Create("all routes", options.Budgets, "Sira:Budget", errors);

        var chat = BuildRoutes(RouteKind.Chat, definition.ChatRoutes, options, backends, sharedPools, errors);
        var embeddings = BuildRoutes(RouteKind.Embeddings, definition.EmbeddingRoutes, options, backends, sharedPools, errors);
        if (!definition.ChatRoutes.ContainsKey(options.DefaultRoute))
        {
            AddDefaultRoute(chat, definition, backends, sharedPools, errors);
        }

        CheckAliases(options, chat, backends, errors);
        errors.ThrowIfAny();
        return new GatewaySnapshot
        {
            Version = version,
            DefaultRoute = options.DefaultRoute,
            Backends = backends,
            Routes = chat.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            EmbeddingRoutes = embeddings.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            Aliases = options.Aliases.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            DirectRouteFactory = (deployments, name) => routes.CreateDirect(name, deployments, options, sharedPools),
        };
    }

    private Dictionary<string, Route> BuildRoutes(RouteKind kind, IReadOnlyDictionary<string, RouteOptions> definitions, GatewayOptions options, IReadOnlyList<IBackend> backends, RoutePool[] sharedPools, ConfigurationErrors errors)
    {
        var built = new Dictionary<string, Route>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, routeOptions) in definitions)
        {
            if (routes.Create(name, kind, routeOptions, options, backends, sharedPools, errors) is { } route)
            {
                built.Add(name, route);
            }
        }

        return built;
    }

    // Without a default route, every backend's default model stands in the order of registration: the smallest configuration that works.
    private void AddDefaultRoute(Dictionary<string, Route> chat, GatewayDefinition definition, IReadOnlyList<IBackend> backends, RoutePool[] sharedPools, ConfigurationErrors errors)
    {
        var automatic = new RouteOptions();
        foreach (var backend in backends)
        {
            if (backend.DefaultModel is { } model)
            {
                automatic.Targets.Add(RouteTarget.NameOf(backend, model));
            }
        }

        if (automatic.Targets.Count > 0)
        {
            if (routes.Create(definition.Options.DefaultRoute, RouteKind.Chat, automatic, definition.Options, backends, sharedPools, errors) is { } route)
            {
                chat.Add(route.Name, route);
            }
        }
    }

    private static void CheckAliases(GatewayOptions options, Dictionary<string, Route> chat, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
    {
        foreach (var (alias, target) in options.Aliases)
        {
            var name = target.StartsWith('@') ? target[1..] : target;
            var exists = chat.ContainsKey(name) || options.Aliases.ContainsKey(name) || RouteResolver.FindDeployments(backends, name).Count > 0;
            if (!exists || IsCircular(options, alias))
            {
                errors.Add($"Sira:Aliases:{alias}", exists ? $"the alias '{alias}' leads back to itself." : $"the alias '{alias}' points to '{target}', which does not exist.", "Point it to '@route', 'backend/model' or another alias.");
            }
        }
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
