using System.Collections.ObjectModel;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Models;

namespace Sira.Backends;

/// <summary>A provider account that serves models: what routes point at.</summary>
public interface IBackend
{
    /// <summary>Gets the name under which it was registered; targets are written <c>name/model</c>.</summary>
    string Name { get; }

    /// <summary>Gets the provider's name in OpenTelemetry's <c>gen_ai.provider.name</c>, such as <c>openai</c>.</summary>
    string Provider { get; }

    /// <summary>Gets the ids of the models it is known to serve; others may exist.</summary>
    IReadOnlyCollection<string> KnownModels { get; }

    /// <summary>Gets the model that a route made without configuration uses, or <see langword="null"/> when there is none to presume.</summary>
    string? DefaultModel { get; }

    /// <summary>Gets whether a response or stream that ends without a finish reason counts as truncated.</summary>
    bool RequiresFinishReason { get; }

    /// <summary>Gets what routing may ask of the place where it computes, such as <c>region</c> = <c>eu</c> or <c>data</c> = <c>no-training</c>; names and values ignore case.</summary>
    IReadOnlyDictionary<string, string> Tags => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Gets how its API keys are, as of now; none for a backend without keys of its own. Made anew each time it is asked for.</summary>
    IReadOnlyList<KeyStatus> Keys => [];

    /// <summary>Describes a model; for an unknown one, with unknown facts.</summary>
    /// <param name="modelId">The provider's id of the model.</param>
    /// <returns>What is known.</returns>
    ModelDescriptor GetModel(string modelId);

    /// <summary>Returns what this backend can be asked with this model: what the wire can say and the model can take.</summary>
    /// <param name="modelId">The provider's id of the model.</param>
    /// <returns>The features.</returns>
    RequestFeatures GetFeatures(string modelId);

    /// <summary>Returns the client that talks to a model. Cheap and cached.</summary>
    /// <param name="modelId">The provider's id of the model; the client uses it whatever the options say.</param>
    /// <returns>The client, owned by the backend.</returns>
    IChatClient GetChatClient(string modelId);

    /// <summary>Returns the generator that embeds with a model, or <see langword="null"/> when the backend has no embeddings.</summary>
    /// <param name="modelId">The provider's id of the model.</param>
    /// <returns>The generator, owned by the backend.</returns>
    IEmbeddingGenerator<string, Embedding<float>>? GetEmbeddingGenerator(string modelId);

    /// <summary>Returns what the provider said of the rate limits of a model in its last answer.</summary>
    /// <param name="modelId">The provider's id of the model.</param>
    /// <returns>The status, or <see langword="null"/> when it says nothing of them.</returns>
    RateLimitStatus? GetRateLimits(string modelId) => null;

    /// <summary>Says what an exception of this backend's client means, for clients that do not throw <see cref="BackendException"/>.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The kind, or <see langword="null"/> to leave it to the gateway, which knows the framework's own exceptions.</returns>
    BackendErrorKind? ClassifyException(Exception exception) => null;
}
