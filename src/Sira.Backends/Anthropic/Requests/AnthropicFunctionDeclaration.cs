using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>A function as a request on the wire declares it.</summary>
internal sealed class AnthropicFunctionDeclaration(string name, string description, JsonElement schema, IReadOnlyDictionary<string, object?> properties) : AIFunctionDeclaration
{
    public override string Name { get; } = name;

    public override string Description { get; } = description;

    public override JsonElement JsonSchema { get; } = schema;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } = properties;
}
