using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>OpenRouter: other providers' features in one dialect, among them cache breakpoints, files, video and signed reasoning.</summary>
internal static class OpenRouter
{
    public static OpenAIDialect Dialect { get; } = new("openrouter")
    {
        DefaultEndpoint = new Uri("https://openrouter.ai/api/v1"),
        KeyVariables = ["OPENROUTER_API_KEY"],
        DefaultModel = "openai/gpt-5-mini",
        CacheControl = true,
        MediaInToolResults = true,
        WebSearch = WebSearchRequest.Plugin,
        Reasoning = ReasoningRequest.Object,
        ReasoningMembers = ["reasoning", "reasoning_content"],
        ReasoningHistory = ReasoningHistory.Details,
        Refusals = true,
        HasResponses = true,
        Features = OpenAIDialects.CommonFeatures | RequestFeatures.AudioInput | RequestFeatures.VideoInput | RequestFeatures.FileInput | RequestFeatures.TopK | RequestFeatures.WebSearch,
    };
}
