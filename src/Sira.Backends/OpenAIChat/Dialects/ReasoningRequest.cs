namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>How a dialect asks for reasoning.</summary>
public enum ReasoningRequest
{
    /// <summary>The member <c>reasoning_effort</c>.</summary>
    Effort,

    /// <summary>The members <c>reasoning_effort</c> and <c>reasoning_format</c>, as Groq has them.</summary>
    EffortAndFormat,

    /// <summary>The object <c>reasoning</c> with <c>effort</c> and <c>exclude</c>, as OpenRouter has it.</summary>
    Object,

    /// <summary>The object <c>thinking</c> that switches it on or off, beside <c>reasoning_effort</c>, as DeepSeek has it.</summary>
    Thinking,
}
