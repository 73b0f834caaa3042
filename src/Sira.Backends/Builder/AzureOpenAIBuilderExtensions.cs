using Sira.Backends.Builder;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Azure OpenAI.</summary>
public static class AzureOpenAIBuilderExtensions
{
    private const string Kind = "azure";

    /// <summary>Adds Azure OpenAI under the name <c>azure</c>. Without further words the key comes from configuration or from <c>AZURE_OPENAI_API_KEY</c> and the address from <c>AZURE_OPENAI_ENDPOINT</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddAzureOpenAI(this ISiraBuilder builder, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, Kind, Kind, configure);

    /// <summary>Adds Azure OpenAI under another name, such as a second account.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddAzureOpenAI(this ISiraBuilder builder, string name, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, name, Kind, configure);
}
