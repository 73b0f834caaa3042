using Sira.Backends;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Routing;

/// <summary>Finds the targets that routes name, and checks that they can do what the route is for.</summary>
internal static class TargetFinder
{
    public static (IBackend Backend, string ModelId)? Find(string target, string path, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
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

    public static bool CheckKind(RouteKind kind, IBackend backend, Models.ModelDescriptor model, string target, string path, ConfigurationErrors errors)
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

        if (IsKnownToChat(backend, model))
        {
            errors.Add(path, $"'{target}' is a chat model and cannot embed.", "Move it to Routes, or name an embedding model; if it is one, set IsEmbedding for it.");
            return false;
        }

        if (backend.GetEmbeddingGenerator(model.Id) is null)
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

    // Only what the catalogue or the configuration says: of a model that nobody knows, the provider has the last word.
    private static bool IsKnownToChat(IBackend backend, Models.ModelDescriptor model) =>
        !model.IsEmbedding && model.EmbeddingDimensions is null && backend.KnownModels.Contains(model.Id)
        && (model.MaxOutputTokens is not null || model.Reasons is not null || model.Pricing?.Output is not null);
}
