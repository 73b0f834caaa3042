using Sira.Simulation.Answers;

namespace Sira.Simulation.Prompts;

/// <summary>One message of a request, the same for every wire.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Text">The text parts, joined by line breaks.</param>
public sealed record SimulatedMessage(string Role, string Text)
{
    /// <summary>Gets the tool calls that an assistant's message made.</summary>
    public IReadOnlyList<SimulatedToolCall> ToolCalls { get; init; } = [];

    /// <summary>Gets the tool results that a message carries.</summary>
    public IReadOnlyList<SimulatedToolResult> ToolResults { get; init; } = [];
}
