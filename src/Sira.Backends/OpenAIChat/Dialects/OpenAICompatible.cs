using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Any server that speaks chat completions: vLLM, llama.cpp, LM Studio, a proxy. The address is the user's.</summary>
internal static class OpenAICompatible
{
    public static OpenAIDialect Dialect { get; } = new("openai-compatible")
    {
        Provider = "openai",
        RequiresKey = false,
        HasResponses = true,
        Features = OpenAIDialects.CommonFeatures | RequestFeatures.TopK,
    };
}
