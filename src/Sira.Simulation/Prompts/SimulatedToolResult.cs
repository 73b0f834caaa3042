namespace Sira.Simulation.Prompts;

/// <summary>What a tool returned, as the request tells it.</summary>
/// <param name="CallId">The id of the call, or the tool's name on wires without ids.</param>
/// <param name="Name">The tool's name, as far as the request tells it.</param>
/// <param name="Text">The result, as text or JSON.</param>
public sealed record SimulatedToolResult(string CallId, string? Name, string Text);
