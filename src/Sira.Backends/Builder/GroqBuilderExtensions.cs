using Sira.Backends.Builder;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Groq.</summary>
public static class GroqBuilderExtensions
{
    private const string Kind = "groq";

    /// <summary>Adds Groq under the name <c>groq</c>. Without further words the key comes from configuration or from <c>GROQ_API_KEY</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddGroq(this ISiraBuilder builder, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, Kind, Kind, configure);

    /// <summary>Adds Groq under another name, such as a second account.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddGroq(this ISiraBuilder builder, string name, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, name, Kind, configure);
}
