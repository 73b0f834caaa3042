using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>The dialects that come with Sira. This is the one place that lists them.</summary>
public static class OpenAIDialects
{
    /// <summary>What every compatible server is assumed to take.</summary>
    public const RequestFeatures CommonFeatures = RequestFeatures.SystemMessage | RequestFeatures.ImageInput | RequestFeatures.Tools | RequestFeatures.ToolChoiceRequired
        | RequestFeatures.JsonOutput | RequestFeatures.JsonSchemaOutput | RequestFeatures.Reasoning | RequestFeatures.Temperature | RequestFeatures.TopP
        | RequestFeatures.FrequencyPenalty | RequestFeatures.PresencePenalty | RequestFeatures.Seed | RequestFeatures.StopSequences
        | RequestFeatures.MaxOutputTokens | RequestFeatures.ParallelToolCalls | RequestFeatures.Streaming;

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<OpenAIDialect> All { get; } =
    [
        OpenAI.Dialect,
        AzureOpenAI.Dialect,
        DeepSeek.Dialect,
        Groq.Dialect,
        Mistral.Dialect,
        Xai.Dialect,
        OpenRouter.Dialect,
        Together.Dialect,
        Ollama.Dialect,
        OpenAICompatible.Dialect,
    ];
}
