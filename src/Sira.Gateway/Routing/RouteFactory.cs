using Sira.Backends;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Routing;

/// <summary>Makes routes of options, collecting every mistake.</summary>
internal sealed class RouteFactory(TargetFactory targets, RoutingStrategyRegistry strategies, LoadBalancerRegistry balancers, SiraConfigurationSection configuration)
{
    /// <summary>Makes a route that is configured.</summary>
    public Route? Create(string name, RouteKind kind, RouteOptions options, GatewayOptions gateway, IReadOnlyList<IBackend> backends, RoutePool[] sharedPools, ConfigurationErrors errors)
    {
        var path = configuration.PathOf(kind == RouteKind.Chat ? "Routes" : "EmbeddingRoutes", name);
        var known = errors.Items.Count;
        var strategy = strategies.Find(options.Strategy);
        if (strategy is null)
        {
            errors.AddUnknownName(path + ":Strategy", "strategy", options.Strategy, strategies.Names);
        }

        if (!balancers.TryGet(options.Balancer, out var balancer))
        {
            errors.AddUnknownName(path + ":Balancer", "balancer", options.Balancer, balancers.Names);
        }

        if (IsReserved(name))
        {
            errors.Add(path, $"no call can ask for a route named '{name}': '{RouteResolver.Automatic}' means the client's own route, and '{RouteResolver.RoutePrefix}' begins the name of a route.", "Give it another name.");
        }

        RouteOptionsValidator.Validate(path, options, errors);
        BudgetValidator.CheckUnknownPrice(options.UnknownPrice, options.UnknownPriceEstimate, path, errors);
        var prices = UnknownPrices.Of(options, gateway);
        CheckBudgets(options.Budgets, path + ":Budget", errors);
        var pools = BudgetPools.Create($"{(kind == RouteKind.Chat ? "route" : "embedding route")} '{name}'", options.Budgets, path + ":Budget", errors);
        var built = CreateTargets(path, kind, options, gateway, backends, errors);
        prices.Fill(built);
        if (kind == RouteKind.Embeddings)
        {
            CheckVectorSpace(path, built, errors);
        }

        return errors.Items.Count > known ? null : new Route(name, built, strategy!, balancer!, options, prices.Policy, [.. sharedPools, .. pools]);
    }

    /// <summary>Checks the names in the routing that budgets put in force.</summary>
    public void CheckBudgets(IEnumerable<BudgetOptions> budgets, string path, ConfigurationErrors errors)
    {
        foreach (var budget in budgets)
        {
            if (budget.WhenReached?.Strategy is { } strategy && strategies.Find(strategy) is null)
            {
                errors.AddUnknownName(path + ":WhenReached:Strategy", "strategy", strategy, strategies.Names);
            }

            if (budget.WhenReached?.Balancer is { } balancer && !balancers.TryGet(balancer, out _))
            {
                errors.AddUnknownName(path + ":WhenReached:Balancer", "balancer", balancer, balancers.Names);
            }
        }
    }

    /// <summary>Makes the route of a directly named target: no fallback, no budget but the shared ones, balanced if several backends serve the model.</summary>
    public Route CreateDirect(string name, RouteKind kind, IReadOnlyList<(IBackend Backend, string ModelId)> deployments, GatewayOptions gateway, RoutePool[] sharedPools)
    {
        var built = new RouteTarget[deployments.Count];
        for (var i = 0; i < built.Length; i++)
        {
            built[i] = targets.Create(deployments[i].Backend, deployments[i].ModelId, kind, position: 0, isFallback: false, weight: 1, gateway, isDirect: true);
        }

        var options = new RouteOptions();
        var prices = UnknownPrices.Of(options, gateway);
        prices.Fill(built);
        return new Route(name, built, strategies.Find(options.Strategy)!, balancers.Get(options.Balancer), options, prices.Policy, sharedPools);
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

    private RouteTarget[] CreateTargets(string path, RouteKind kind, RouteOptions options, GatewayOptions gateway, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
    {
        var built = new List<RouteTarget>();
        AddTargets(options.Targets, path + ":Targets", isFallback: false);
        AddTargets(options.Fallbacks, path + ":Fallbacks", isFallback: true);
        foreach (var weighted in options.Weights.Keys.Where(weighted => !options.Targets.Contains(weighted) && !options.Fallbacks.Contains(weighted)))
        {
            errors.AddUnknownName(path + ":Weights", "target of this route", weighted, options.Targets.Concat(options.Fallbacks));
        }

        return [.. built];

        void AddTargets(IList<string> names, string at, bool isFallback)
        {
            var position = -1;
            string? previous = null;
            foreach (var target in names)
            {
                if (Find(target, at, backends, errors) is not { } found)
                {
                    continue;
                }

                var model = found.Backend.GetModel(found.ModelId);
                if (!CheckKind(kind, found.Backend, model, target, at, errors))
                {
                    continue;
                }

                // Backend names ignore case, so two spellings may mean one target; equal spellings are found before.
                var same = built.Find(other => other.Name == RouteTarget.NameOf(found.Backend, found.ModelId));
                if (same is not null && !(options.Targets.Count(name => name == target) + options.Fallbacks.Count(name => name == target) > 1))
                {
                    errors.Add(at, $"the target '{target}' is listed before in another spelling.", "List it once; to give it more traffic, set its weight.");
                    continue;
                }

                // Deployments of one model that stand together are equals; any other model is the next in order.
                position += model.CanonicalId == previous ? 0 : 1;
                previous = model.CanonicalId;
                built.Add(targets.Create(found.Backend, found.ModelId, kind, position, isFallback, options.Weights.TryGetValue(target, out var weight) ? weight : 1, gateway));
            }
        }
    }

    private static (IBackend Backend, string ModelId)? Find(string target, string path, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
    {
        var found = RouteResolver.FindDeployments(backends, target);
        if (found.Count == 1)
        {
            return found[0];
        }

        if (found.Count > 1)
        {
            errors.Add(path, $"the target '{target}' is served by several backends.", $"Write one of: {string.Join(", ", found.Select(static deployment => RouteTarget.NameOf(deployment.Backend, deployment.ModelId)))}.");
            return null;
        }

        var slash = target.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
        {
            errors.Add(path, $"the target '{target}' is not written 'backend/model'.", $"Known backends: {string.Join(", ", backends.Select(static backend => backend.Name))}.");
        }
        else if (slash == target.Length - 1)
        {
            errors.Add(path, $"the target '{target}' names no model after the slash.", "Write 'backend/model'.");
        }
        else if (!errors.IsFaulty("backend", target[..slash]))
        {
            // A backend that is there but has mistakes of its own is told of already.
            errors.AddUnknownName(path, "backend", target[..slash], backends.Select(static backend => backend.Name));
        }

        return null;
    }

    private static bool CheckKind(RouteKind kind, IBackend backend, Models.ModelDescriptor model, string target, string path, ConfigurationErrors errors)
    {
        if (kind == RouteKind.Chat && model.IsEmbedding)
        {
            errors.Add(path, $"'{target}' is an embedding model and cannot chat.", "Move it to EmbeddingRoutes, or name a chat model.");
            return false;
        }

        if (kind == RouteKind.Chat)
        {
            return CheckChats(backend, model, path, errors);
        }

        if (kind == RouteKind.Embeddings && backend.GetEmbeddingGenerator(model.Id) is null)
        {
            errors.Add(path, $"the backend '{backend.Name}' has no embeddings.", "Name a target of a backend that has: openai, gemini and their kin, or a custom one with an embedding generator.");
            return false;
        }

        return true;
    }

    private static bool CheckChats(IBackend backend, Models.ModelDescriptor model, string path, ConfigurationErrors errors)
    {
        try
        {
            backend.GetChatClient(model.Id);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            errors.Add(path, exception.Message, "Move it to EmbeddingRoutes, or name a chat model.");
            return false;
        }
    }
}
