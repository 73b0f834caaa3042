using System.Text.Json;

namespace Sira.Simulation.Prompts;

/// <summary>What a request asks for, read from its wire's JSON into one form.</summary>
public sealed record SimulatedPrompt
{
    /// <summary>Gets the wire.</summary>
    public required SimulatedWire Wire { get; init; }

    /// <summary>Gets the model asked for; empty when the wire has none.</summary>
    public string Model { get; init; } = "";

    /// <summary>Gets whether a stream is asked for.</summary>
    public bool Streaming { get; init; }

    /// <summary>Gets the messages, system messages and instructions included.</summary>
    public IReadOnlyList<SimulatedMessage> Messages { get; init; } = [];

    /// <summary>Gets the tools offered.</summary>
    public IReadOnlyList<SimulatedTool> Tools { get; init; } = [];

    /// <summary>Gets whether tools may, must or must not be called.</summary>
    public SimulatedToolChoice ToolChoice { get; init; }

    /// <summary>Gets the name of the one tool that must be called.</summary>
    public string? RequiredTool { get; init; }

    /// <summary>Gets whether the answer must be JSON.</summary>
    public bool JsonMode { get; init; }

    /// <summary>Gets the schema that the answer must conform to.</summary>
    public JsonElement? JsonSchema { get; init; }

    /// <summary>Gets the effort to think with, such as <c>low</c>, where thinking is asked for at all.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>Gets whether the thoughts, or a summary of them, are asked for.</summary>
    public bool ReasoningVisible { get; init; }

    /// <summary>Gets the most output tokens allowed.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets whether a stream is to end with usage, where the wire lets the caller choose.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Gets the texts to embed.</summary>
    public IReadOnlyList<string> EmbeddingInputs { get; init; } = [];

    /// <summary>Gets the number of dimensions asked for.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Gets the request's JSON.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Gets the text of the last message from the user; empty when there is none.</summary>
    public string LastUserText => Messages.LastOrDefault(static message => message.Role == "user" && message.Text.Length > 0)?.Text ?? "";

    /// <summary>Gets the tool results that the conversation ends with; empty when the user spoke after them.</summary>
    public IReadOnlyList<SimulatedToolResult> ToolResults
    {
        get
        {
            var first = Messages.Count;
            while (first > 0 && Messages[first - 1].ToolResults.Count > 0)
            {
                first--;
            }

            return [.. Messages.Skip(first).SelectMany(static message => message.ToolResults)];
        }
    }
}
