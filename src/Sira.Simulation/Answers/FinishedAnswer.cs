namespace Sira.Simulation.Answers;

/// <summary>An answer with everything decided that a wire needs to write it: tokens split, limit applied, usage counted, ids made.</summary>
internal sealed record FinishedAnswer
{
    /// <summary>Gets the model to report.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the text's tokens.</summary>
    public required IReadOnlyList<string> Text { get; init; }

    /// <summary>Gets the tokens of the thoughts.</summary>
    public required IReadOnlyList<string> Reasoning { get; init; }

    /// <summary>Gets the calls; ids may still be <see langword="null"/>, because each wire makes its own.</summary>
    public required IReadOnlyList<SimulatedToolCall> ToolCalls { get; init; }

    /// <summary>Gets why it ends; never <see cref="SimulatedFinishReason.Automatic"/>.</summary>
    public required SimulatedFinishReason Finish { get; init; }

    /// <summary>Gets all input tokens.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Gets the cached part of the input.</summary>
    public required int CachedInputTokens { get; init; }

    /// <summary>Gets the part of the input that was written to the cache.</summary>
    public required int CacheWriteTokens { get; init; }

    /// <summary>Gets all output tokens.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>Gets the part of the output that was reasoning.</summary>
    public required int ReasoningTokens { get; init; }

    /// <summary>Gets the whole text.</summary>
    public string WholeText => string.Concat(Text);

    /// <summary>Gets the whole of the thoughts.</summary>
    public string WholeReasoning => string.Concat(Reasoning);
}
