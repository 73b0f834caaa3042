using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>DeepSeek: reasoning in a member of its own, which it wants back within a tool loop; JSON without a schema.</summary>
internal static class DeepSeek
{
    public static OpenAIDialect Dialect { get; } = new("deepseek")
    {
        DefaultEndpoint = new Uri("https://api.deepseek.com"),
        KeyVariables = ["DEEPSEEK_API_KEY"],
        DefaultModel = "deepseek-chat",
        EmbeddingsPath = null,
        Reasoning = ReasoningRequest.Thinking,
        ReasoningEfforts = ["none", "high", "high", "high", "max"],
        ReasoningHistory = ReasoningHistory.ReasoningContent,
        Features = OpenAIDialects.CommonFeatures
            & ~(RequestFeatures.ImageInput | RequestFeatures.JsonSchemaOutput | RequestFeatures.Seed | RequestFeatures.ParallelToolCalls),
    };
}
