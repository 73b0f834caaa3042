namespace Sira.Simulation.Answers;

/// <summary>Token counts to report; what is <see langword="null"/> is counted by <see cref="Generation.SimulatedTokenizer"/>.</summary>
public sealed record SimulatedUsage
{
    /// <summary>Gets all input tokens, cached ones included. Wires that report cached input apart, such as Anthropic's, get the difference.</summary>
    public int? InputTokens { get; init; }

    /// <summary>Gets all output tokens, reasoning included. Wires that report reasoning apart, such as Gemini's, get the difference.</summary>
    public int? OutputTokens { get; init; }

    /// <summary>Gets the input tokens that were read from the provider's cache.</summary>
    /// <value>Default 0.</value>
    public int CachedInputTokens { get; init; }

    /// <summary>Gets the input tokens that were written to the provider's cache, on wires that report it.</summary>
    /// <value>Default 0.</value>
    public int CacheWriteTokens { get; init; }

    /// <summary>Gets the output tokens spent on reasoning.</summary>
    public int? ReasoningTokens { get; init; }
}
