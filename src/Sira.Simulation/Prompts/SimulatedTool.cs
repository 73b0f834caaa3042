using System.Text.Json;

namespace Sira.Simulation.Prompts;

/// <summary>A tool that a request offers.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">The description, empty when there is none.</param>
/// <param name="Schema">The JSON schema of the arguments; of kind <see cref="JsonValueKind.Undefined"/> when there is none.</param>
public sealed record SimulatedTool(string Name, string Description, JsonElement Schema);
