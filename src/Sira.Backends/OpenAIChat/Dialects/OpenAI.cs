using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>OpenAI's own chat completions.</summary>
internal static class OpenAI
{
    public static OpenAIDialect Dialect { get; } = new("openai")
    {
        DefaultEndpoint = new Uri("https://api.openai.com/v1"),
        KeyVariables = ["OPENAI_API_KEY"],
        EndpointVariable = "OPENAI_BASE_URL",
        DefaultModel = "gpt-5-mini",
        // Reasoning models refuse max_tokens; all models take the newer name.
        MaxTokensMember = "max_completion_tokens",
        EmbeddingEncoding = "base64",
        PromptCacheMember = "prompt_cache_key",
        ResponsesPromptCache = true,
        FileAddresses = false,
        // Written when asked for, yet not promised below: only the search-preview models take it; the responses API has it for all.
        WebSearch = WebSearchRequest.Options,
        Refusals = true,
        HasResponses = true,
        Features = OpenAIDialects.CommonFeatures | RequestFeatures.AudioInput | RequestFeatures.FileInput,
    };
}
