using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Groq: reasoning parsed into a member when asked for.</summary>
internal static class Groq
{
    public static OpenAIDialect Dialect { get; } = new("groq")
    {
        DefaultEndpoint = new Uri("https://api.groq.com/openai/v1"),
        KeyVariables = ["GROQ_API_KEY"],
        DefaultModel = "openai/gpt-oss-20b",
        EmbeddingsPath = null,
        MaxTokensMember = "max_completion_tokens",
        Reasoning = ReasoningRequest.EffortAndFormat,
        ReasoningEfforts = ["none", "low", "medium", "high", "high"],
        ReasoningMembers = ["reasoning"],
        // Its reference lists the penalties as not supported.
        Features = OpenAIDialects.CommonFeatures & ~(RequestFeatures.FrequencyPenalty | RequestFeatures.PresencePenalty),
    };
}
