namespace Sira.Backends.Anthropic;

/// <summary>How a model is told to think.</summary>
internal enum AnthropicThinkingStyle
{
    /// <summary><c>thinking: {type: adaptive}</c> with <c>output_config.effort</c>: the model decides how much.</summary>
    Adaptive,

    /// <summary><c>thinking: {type: enabled, budget_tokens}</c>: extended thinking with a budget inside <c>max_tokens</c>.</summary>
    Budget,
}
