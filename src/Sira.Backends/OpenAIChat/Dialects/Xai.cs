namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>xAI's Grok.</summary>
internal static class Xai
{
    public static OpenAIDialect Dialect { get; } = new("xai")
    {
        Provider = "x_ai",
        DefaultEndpoint = new Uri("https://api.x.ai/v1"),
        KeyVariables = ["XAI_API_KEY"],
        DefaultModel = "grok-4.3",
        EmbeddingsPath = null,
        ReasoningEfforts = ["low", "low", "low", "high", "high"],
        HasResponses = true,
        // Chat completions take it as a header only.
        PromptCacheHeader = "x-grok-conv-id",
        ResponsesPromptCache = true,
    };
}
