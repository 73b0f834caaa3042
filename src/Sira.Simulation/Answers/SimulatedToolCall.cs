using System.Text.Json;

namespace Sira.Simulation.Answers;

/// <summary>A tool call in a simulated answer.</summary>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">The arguments as JSON text. Text that is not valid JSON is sent as it is where the wire carries a string, which is how models err.</param>
public sealed record SimulatedToolCall(string Name, string Arguments = "{}")
{
    /// <summary>Gets the call's id.</summary>
    /// <value>Default <see langword="null"/>: made from the request.</value>
    public string? Id { get; init; }

    /// <summary>Parses the arguments, for wires that carry them as an object.</summary>
    /// <returns>The arguments; an empty object when they are not valid JSON.</returns>
    internal JsonElement ParseArguments()
    {
        try
        {
            using var document = JsonDocument.Parse(Arguments);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            using var empty = JsonDocument.Parse("{}");
            return empty.RootElement.Clone();
        }
    }
}
