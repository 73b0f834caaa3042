using System.Collections.ObjectModel;
using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Backends.Configuration;

/// <summary>One backend after code, file and environment are put together: complete, checked and immutable. Compared by value, so that a reload keeps what has not changed.</summary>
internal sealed class BackendDefinition : IEquatable<BackendDefinition>
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>Gets the address; <see langword="null"/> for a custom backend.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Gets where the backend is, for logs: without the query, which may hold what is nobody's business.</summary>
    public string Place => Endpoint?.GetLeftPart(UriPartial.Path) ?? "its own client";

    public IReadOnlyList<string> Keys { get; init; } = [];

    public string Api { get; init; } = string.Empty;

    public string? ApiVersion { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets what routing may ask of the place; names ignore case.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public bool RequiresFinishReason { get; init; }

    public TimeSpan ConnectTimeout { get; init; }

    public long MaximumResponseBytes { get; init; }

    public string? DefaultModel { get; init; }

    public IReadOnlyDictionary<string, ModelDescriptor> Models { get; init; } = new Dictionary<string, ModelDescriptor>();

    public Func<IServiceProvider, IChatClient>? ChatClientFactory { get; init; }

    public Func<IServiceProvider, IEmbeddingGenerator<string, Embedding<float>>>? EmbeddingGeneratorFactory { get; init; }

    public bool Equals(BackendDefinition? other) => other is not null
        && Name == other.Name && Kind == other.Kind && Equals(Endpoint, other.Endpoint) && Api == other.Api && ApiVersion == other.ApiVersion
        && RequiresFinishReason == other.RequiresFinishReason && ConnectTimeout == other.ConnectTimeout && MaximumResponseBytes == other.MaximumResponseBytes
        && DefaultModel == other.DefaultModel && ChatClientFactory == other.ChatClientFactory && EmbeddingGeneratorFactory == other.EmbeddingGeneratorFactory
        && Keys.SequenceEqual(other.Keys) && Headers.SequenceEqual(other.Headers)
        && Tags.Count == other.Tags.Count && Tags.All(pair => other.Tags.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && Models.Count == other.Models.Count && Models.All(pair => other.Models.TryGetValue(pair.Key, out var model) && Same(pair.Value, model));

    public override bool Equals(object? obj) => Equals(obj as BackendDefinition);

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Endpoint, Api, Keys.Count, Models.Count);

    // A record compares its lists by reference.
    private static bool Same(ModelDescriptor left, ModelDescriptor right) => left with { Pricing = null } == right with { Pricing = null } && Same(left.Pricing, right.Pricing);

    private static bool Same(ModelPricing? left, ModelPricing? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return left with { Tiers = [] } == right with { Tiers = [] }
            && left.Tiers.Count == right.Tiers.Count
            && left.Tiers.Zip(right.Tiers).All(static pair => pair.First.AboveInputTokens == pair.Second.AboveInputTokens && Same(pair.First.Pricing, pair.Second.Pricing));
    }
}
