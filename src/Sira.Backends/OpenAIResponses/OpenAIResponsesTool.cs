using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIResponses;

/// <summary>A tool of the Responses protocol that Microsoft.Extensions.AI has no type for, such as a custom tool, a namespace of functions or computer use.</summary>
/// <remarks>It is sent as it is. Only backends that speak the Responses protocol understand it.</remarks>
public sealed class OpenAIResponsesTool : AITool
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="definition">The tool as it stands in the request's <c>tools</c>: an object with a <c>type</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="definition"/> is not an object with a string member <c>type</c>.</exception>
    public OpenAIResponsesTool(JsonElement definition)
    {
        if (definition.ValueKind != JsonValueKind.Object || !definition.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            throw new ArgumentException("A tool is a JSON object with a string member 'type'.", nameof(definition));
        }

        Definition = definition.Clone();
        Name = Definition.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : type.GetString()!;
        Description = Definition.TryGetProperty("description", out var description) && description.ValueKind == JsonValueKind.String ? description.GetString()! : string.Empty;
    }

    /// <summary>Gets the tool as it is sent.</summary>
    public JsonElement Definition { get; }

    /// <summary>Gets the tool's name; its type where it has none.</summary>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Description { get; }
}
