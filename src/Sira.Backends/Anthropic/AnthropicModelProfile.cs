namespace Sira.Backends.Anthropic;

/// <summary>What the wire must know of a model to write a request that it takes.</summary>
internal sealed record AnthropicModelProfile
{
    /// <summary>Gets how the model is told to think.</summary>
    public AnthropicThinkingStyle Thinking { get; init; } = AnthropicThinkingStyle.Adaptive;

    /// <summary>Gets the effort that stands for <see cref="Microsoft.Extensions.AI.ReasoningEffort.ExtraHigh"/>: <c>xhigh</c>, or <c>max</c> where the model has no <c>xhigh</c>.</summary>
    public string ExtraHighEffort { get; init; } = "xhigh";

    /// <summary>Gets whether system messages that come after the conversation began stay where they are; otherwise they are moved to the top-level <c>system</c>.</summary>
    public bool SystemMessagesInPlace { get; init; }
}
