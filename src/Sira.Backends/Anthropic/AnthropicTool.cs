using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Anthropic;

/// <summary>A tool of Anthropic's that Microsoft.Extensions.AI has no type for, such as web fetch, memory, the text editor or computer use: its definition as the provider documents it.</summary>
/// <remarks>Only targets that speak the Anthropic wire can take it. Calls of tools that the host runs come back as <see cref="FunctionCallContent"/>, under the tool's name.</remarks>
public sealed class AnthropicTool : AITool
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="definition">The definition: a JSON object with at least <c>type</c> and usually <c>name</c>.</param>
    /// <exception cref="ArgumentException">The definition is not a JSON object.</exception>
    public AnthropicTool(JsonElement definition)
    {
        if (definition.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException("The definition of a tool must be a JSON object.", nameof(definition));
        }

        Definition = definition;
        Name = definition.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : base.Name;
    }

    /// <summary>Gets the definition.</summary>
    public JsonElement Definition { get; }

    /// <inheritdoc/>
    public override string Name { get; }
}
