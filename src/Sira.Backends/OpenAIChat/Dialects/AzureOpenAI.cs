using Sira.Backends.Http;
using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Azure OpenAI: the v1 API, or deployments with an API version when one is configured.</summary>
internal static class AzureOpenAI
{
    public static OpenAIDialect Dialect { get; } = new("azure")
    {
        Provider = "azure.ai.openai",
        KeyVariables = ["AZURE_OPENAI_API_KEY"],
        EndpointVariable = "AZURE_OPENAI_ENDPOINT",
        Auth = AuthScheme.ApiKey,
        BasePath = "openai/v1",
        VersionedBasePath = "openai/deployments/{model}",
        MaxTokensMember = "max_completion_tokens",
        EmbeddingEncoding = "base64",
        PromptCacheMember = "prompt_cache_key",
        ResponsesPromptCache = true,
        FileAddresses = false,
        Refusals = true,
        HasResponses = true,
        Features = OpenAIDialects.CommonFeatures | RequestFeatures.AudioInput | RequestFeatures.FileInput,
    };
}
