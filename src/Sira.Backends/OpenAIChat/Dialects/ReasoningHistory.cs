namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>How a dialect takes back the reasoning of earlier turns.</summary>
public enum ReasoningHistory
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As text in the member <c>reasoning_content</c>.</summary>
    ReasoningContent,

    /// <summary>As text in the member <c>reasoning</c>.</summary>
    Reasoning,

    /// <summary>As the array <c>reasoning_details</c>, signatures and encrypted parts included.</summary>
    Details,

    /// <summary>As <c>thinking</c> parts of the content.</summary>
    ThinkingParts,
}
