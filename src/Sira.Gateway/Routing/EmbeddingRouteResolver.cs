using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Routing;

/// <summary>Finds the route that embeds: an embedding route, <c>backend/model</c>, a known model, or the first embedding model of any backend.</summary>
internal static class EmbeddingRouteResolver
{
    public static Route Resolve(GatewaySnapshot snapshot, string? generatorRoute, string? modelId)
    {
        var name = string.IsNullOrEmpty(modelId) ? generatorRoute ?? snapshot.DefaultRoute : modelId;
        if (name.StartsWith(RouteResolver.RoutePrefix))
        {
            name = name[1..];
        }

        if (snapshot.EmbeddingRoutes.TryGetValue(name, out var route))
        {
            return route;
        }

        if (!string.IsNullOrEmpty(modelId))
        {
            var deployments = RouteResolver.FindDeployments(snapshot.Backends, modelId)
                .Where(static deployment => deployment.Backend.GetEmbeddingGenerator(deployment.ModelId) is not null).ToArray();
            return deployments.Length > 0 ? snapshot.GetDirectRoute(modelId, RouteKind.Embeddings, deployments) : throw Unknown(snapshot, name);
        }

        return generatorRoute is null && FindPresumed(snapshot) is { } presumed ? presumed : throw Unknown(snapshot, name);
    }

    private static Route? FindPresumed(GatewaySnapshot snapshot)
    {
        foreach (var backend in snapshot.Backends)
        {
            foreach (var model in backend.KnownModels)
            {
                if (backend.GetModel(model).IsEmbedding && backend.GetEmbeddingGenerator(model) is not null)
                {
                    return snapshot.GetDirectRoute(RouteTarget.NameOf(backend, model), RouteKind.Embeddings, [(backend, model)]);
                }
            }
        }

        return null;
    }

    private static RequestFailedException Unknown(GatewaySnapshot snapshot, string name) => new(
        RequestFailureKind.UnknownModel,
        $"There is no embedding route or model '{name}'. Add .AddEmbeddingRoute(\"{name}\", r => r.To(\"backend/embedding-model\")), or name 'backend/model'. {UnknownName.Suggest("embedding route", name, snapshot.EmbeddingRoutes.Keys)}",
        decision: null);
}
