namespace Sira.Backends.Anthropic;

/// <summary>The additional properties of contents, messages, tools and options that the wire reads and writes.</summary>
internal static class AnthropicProperties
{
    /// <summary>On a content or tool: the prompt cache's breakpoint, such as <c>{"type":"ephemeral"}</c>.</summary>
    public const string CacheControl = "cache_control";

    /// <summary>On a document: whether it may be cited; <see langword="true"/> or <c>{"enabled":true}</c>.</summary>
    public const string Citations = "citations";

    /// <summary>On a document: its title.</summary>
    public const string Title = "title";

    /// <summary>On a document: what else the model is told about it.</summary>
    public const string Context = "context";

    /// <summary>On a reasoning content: that its protected data is redacted thinking and not a signature.</summary>
    public const string RedactedThinking = "redacted_thinking";

    /// <summary>On a system message: that it stays within the conversation, where it stands.</summary>
    public const string InPlace = "in_place";
}
