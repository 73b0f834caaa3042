using Sira.Backends;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Routing;

/// <summary>Finds the route that a name means: a route, an alias, <c>backend/model</c> or a model that some backend is known to serve.</summary>
internal static class RouteResolver
{
    /// <summary>The model id that means the client's own route.</summary>
    public const string Automatic = "auto";

    /// <summary>What a name begins with that can only be a route's.</summary>
    public const char RoutePrefix = '@';

    /// <summary>Resolves a call's model id within the route of the client that it was made on.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="clientRoute">The route of a keyed client, or <see langword="null"/> for the plain one.</param>
    /// <param name="modelId">The id the caller asked for, if any.</param>
    public static Route Resolve(GatewaySnapshot snapshot, string? clientRoute, string? modelId)
    {
        if (string.IsNullOrEmpty(modelId) || string.Equals(modelId, Automatic, StringComparison.OrdinalIgnoreCase))
        {
            return FindRoute(snapshot, clientRoute ?? snapshot.DefaultRoute);
        }

        return snapshot.FindCachedDirectRoute(modelId) ?? ResolveName(snapshot, modelId, modelId, depth: 0);
    }

    public static Route FindRoute(GatewaySnapshot snapshot, string name) =>
        snapshot.Routes.TryGetValue(name, out var route)
            ? route
            : throw new RequestFailedException(
                RequestFailureKind.UnknownModel,
                $"There is no route '{name}'. Add .AddRoute(\"{name}\", r => r.To(\"backend/model\")), name 'backend/model' as the call's ModelId, or set DefaultModel on a backend. {UnknownName.Suggest("route", name, snapshot.Routes.Keys)}",
                decision: null);

    private static Route ResolveName(GatewaySnapshot snapshot, string name, string asked, int depth)
    {
        if (name.StartsWith(RoutePrefix))
        {
            return FindRoute(snapshot, name[1..]);
        }

        if (snapshot.Routes.TryGetValue(name, out var route))
        {
            return route;
        }

        if (snapshot.Aliases.TryGetValue(name, out var meant) && depth < snapshot.Aliases.Count)
        {
            return ResolveName(snapshot, meant, asked, depth + 1);
        }

        var deployments = FindDeployments(snapshot.Backends, name);
        if (deployments.Count == 0)
        {
            throw Unknown(snapshot, asked);
        }

        var chatting = deployments.Where(static deployment => !deployment.Backend.GetModel(deployment.ModelId).IsEmbedding).ToArray();
        return chatting.Length > 0
            ? snapshot.GetDirectRoute(asked, RouteKind.Chat, chatting)
            : throw new RequestFailedException(RequestFailureKind.UnknownModel, $"'{asked}' is an embedding model and cannot chat. Ask for it through IEmbeddingGenerator, or name a chat model.", decision: null);
    }

    /// <summary>Finds <c>backend/model</c>, or every backend that is known to serve a bare model id.</summary>
    public static IReadOnlyList<(IBackend Backend, string ModelId)> FindDeployments(IReadOnlyList<IBackend> backends, string name)
    {
        // The longest backend name wins, since both backend names and model ids ("meta-llama/llama-4") may hold slashes.
        IBackend? owner = null;
        foreach (var backend in backends)
        {
            if (name.Length > backend.Name.Length + 1 && name[backend.Name.Length] == '/'
                && name.StartsWith(backend.Name, StringComparison.OrdinalIgnoreCase)
                && (owner is null || backend.Name.Length > owner.Name.Length))
            {
                owner = backend;
            }
        }

        if (owner is not null)
        {
            return [(owner, name[(owner.Name.Length + 1)..])];
        }

        var found = new List<(IBackend, string)>();
        foreach (var backend in backends)
        {
            if (backend.KnownModels.Contains(name))
            {
                found.Add((backend, name));
            }
        }

        return found;
    }

    private static RequestFailedException Unknown(GatewaySnapshot snapshot, string name)
    {
        var known = snapshot.Routes.Keys.Select(static route => RoutePrefix + route)
            .Concat(snapshot.Aliases.Keys)
            .Concat(snapshot.Backends.Select(static backend => backend.Name + "/<model>"));
        return new RequestFailedException(
            RequestFailureKind.UnknownModel,
            $"No route, alias or model is named '{name}'. Write '@route', 'backend/model', or a model id that a backend is known to serve. {Suggest(snapshot, name, known)}",
            decision: null);
    }

    // Of 'opnai/gpt-5' the backend is the part that can be mistyped: the model may be new.
    private static string Suggest(GatewaySnapshot snapshot, string name, IEnumerable<string> known)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? UnknownName.Suggest("backend", name[..slash], snapshot.Backends.Select(static backend => backend.Name))
            : UnknownName.Suggest("name", name, known);
    }
}
