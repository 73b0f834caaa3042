using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Together AI.</summary>
internal static class Together
{
    public static OpenAIDialect Dialect { get; } = new("together")
    {
        DefaultEndpoint = new Uri("https://api.together.xyz/v1"),
        KeyVariables = ["TOGETHER_API_KEY"],
        DefaultModel = "openai/gpt-oss-20b",
        EmbeddingDimensionsMember = null,
        ReasoningEfforts = ["low", "low", "medium", "high", "high"],
        ReasoningMembers = ["reasoning", "reasoning_content"],
        Features = OpenAIDialects.CommonFeatures | RequestFeatures.TopK,
    };
}
