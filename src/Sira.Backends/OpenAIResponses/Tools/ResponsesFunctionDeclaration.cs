using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIResponses.Tools;

/// <summary>A function that a request declares; unlike MEAI's own declaration it has additional properties.</summary>
internal sealed class ResponsesFunctionDeclaration(string name, string description, JsonElement schema, IReadOnlyDictionary<string, object?> additionalProperties) : AIFunctionDeclaration
{
    public override string Name => name;

    public override string Description => description;

    public override JsonElement JsonSchema => schema;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties => additionalProperties;
}
