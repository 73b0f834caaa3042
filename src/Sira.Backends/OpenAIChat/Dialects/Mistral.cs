using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Mistral: thinking as parts of the content, its own names for seed and forced tools, documents by URL.</summary>
internal static class Mistral
{
    public static OpenAIDialect Dialect { get; } = new("mistral")
    {
        Provider = "mistral_ai",
        DefaultEndpoint = new Uri("https://api.mistral.ai/v1"),
        KeyVariables = ["MISTRAL_API_KEY"],
        DefaultModel = "mistral-small-latest",
        SeedMember = "random_seed",
        PromptCacheMember = "prompt_cache_key",
        RequiredToolChoice = "any",
        // It refuses members that it does not know.
        StreamOptions = false,
        AuthorNames = false,
        // Its answer then repeats the prefix, so the catalogue does not call its models ones that go on from it.
        MarksPrefix = true,
        ToolCallIds = ToolCallIds.NineLettersOrDigits,
        EmbeddingDimensionsMember = "output_dimension",
        Files = FileParts.DocumentUrl,
        ReasoningEfforts = ["none", "high", "high", "high", "high"],
        ReasoningHistory = ReasoningHistory.ThinkingParts,
        Features = OpenAIDialects.CommonFeatures | RequestFeatures.AudioInput | RequestFeatures.FileInput,
    };
}
