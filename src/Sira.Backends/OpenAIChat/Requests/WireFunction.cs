using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>A function as a request declares it; who sent the request runs it.</summary>
internal sealed class WireFunction(string name, string? description, JsonElement schema, bool? strict, JsonElement tool) : AIFunctionDeclaration
{
    public override string Name => name;

    public override string Description => description ?? string.Empty;

    public override JsonElement JsonSchema => schema;

    /// <summary>Gets the whole tool, which may have members that only the provider knows.</summary>
    public JsonElement Tool => tool;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
        strict is { } value ? new Dictionary<string, object?> { ["strict"] = value } : new Dictionary<string, object?>();
}
