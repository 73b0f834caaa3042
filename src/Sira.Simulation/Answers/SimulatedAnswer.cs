using System.Diagnostics.CodeAnalysis;

namespace Sira.Simulation.Answers;

/// <summary>What a simulated model says. A string converts to an answer with that text.</summary>
public sealed record SimulatedAnswer
{
    /// <summary>Gets the text.</summary>
    public string? Text { get; init; }

    /// <summary>Gets the thoughts. They are sent where the wire has a place for them and the request asks for them, and counted in any case.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Gets the tool calls; with several, they are parallel.</summary>
    public IReadOnlyList<SimulatedToolCall> ToolCalls { get; init; } = [];

    /// <summary>Gets why the answer ends.</summary>
    /// <value>Default <see cref="SimulatedFinishReason.Automatic"/>.</value>
    public SimulatedFinishReason FinishReason { get; init; }

    /// <summary>Gets the token counts to report.</summary>
    /// <value>Default: all counted.</value>
    public SimulatedUsage? Usage { get; init; }

    /// <summary>Gets the model that claims to have answered.</summary>
    /// <value>Default: the model asked for.</value>
    public string? Model { get; init; }

    /// <summary>Makes an answer of a text, and none of none, so that a rule may say <c>request => matches ? "text" : null</c>.</summary>
    /// <param name="text">The text.</param>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator SimulatedAnswer?(string? text) => text is null ? null : FromString(text);

    /// <summary>Makes an answer of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The answer.</returns>
    public static SimulatedAnswer FromString(string text) => new() { Text = text };

    /// <summary>Makes an answer that calls one tool.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments as JSON.</param>
    /// <returns>The answer.</returns>
    public static SimulatedAnswer CallTool(string name, string arguments = "{}") => new() { ToolCalls = [new SimulatedToolCall(name, arguments)] };

    /// <summary>Makes an answer that calls several tools at once.</summary>
    /// <param name="calls">The calls.</param>
    /// <returns>The answer.</returns>
    public static SimulatedAnswer CallTools(params IReadOnlyList<SimulatedToolCall> calls) => new() { ToolCalls = calls };

    /// <summary>Makes an answer that the provider's filter stopped: a 200 whose finish reason says so.</summary>
    /// <param name="text">What got through before.</param>
    /// <returns>The answer.</returns>
    /// <seealso cref="Faults.Fault.ContentFiltered"/>
    public static SimulatedAnswer Filtered(string text = "") => new() { Text = text, FinishReason = SimulatedFinishReason.ContentFilter };
}
