using Sira.Backends.Builder;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds servers that speak OpenAI's protocol.</summary>
public static class OpenAICompatibleBuilderExtensions
{
    /// <summary>Adds a server that speaks chat completions: vLLM, llama.cpp, LM Studio, a proxy. For one with peculiarities, see <c>AddDialect</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="configure">Sets the options, at least <see cref="BackendOptions.Endpoint"/> unless the configuration does.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddOpenAICompatible(this ISiraBuilder builder, string name, Action<BackendOptions>? configure = null) =>
        BackendRegistrations.Add(builder, name, "openai-compatible", configure);
}
