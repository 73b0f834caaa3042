namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>How a dialect switches the provider's web search on.</summary>
public enum WebSearchRequest
{
    /// <summary>It cannot.</summary>
    None,

    /// <summary>By the member <c>web_search_options</c>, for models that search.</summary>
    Options,

    /// <summary>By the plugin <c>web</c>, as OpenRouter does.</summary>
    Plugin,
}
