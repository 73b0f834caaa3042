using Sira.Backends.Builder;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Ollama.</summary>
public static class OllamaBuilderExtensions
{
    private const string Kind = "ollama";

    /// <summary>Adds Ollama under the name <c>ollama</c>. Without further words it is called where <c>OLLAMA_HOST</c> says, or on this machine; no key is needed.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddOllama(this ISiraBuilder builder, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, Kind, Kind, configure);

    /// <summary>Adds Ollama under another name, such as a second machine.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddOllama(this ISiraBuilder builder, string name, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, name, Kind, configure);
}
