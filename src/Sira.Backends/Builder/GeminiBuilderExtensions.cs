using Sira.Backends.Builder;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Google's Gemini API.</summary>
public static class GeminiBuilderExtensions
{
    private const string Kind = "gemini";

    /// <summary>Adds Google's Gemini API under the name <c>gemini</c>. Without further words the key comes from configuration or from <c>GEMINI_API_KEY</c> or <c>GOOGLE_API_KEY</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddGemini(this ISiraBuilder builder, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, Kind, Kind, configure);

    /// <summary>Adds Google's Gemini API under another name, such as a second account.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddGemini(this ISiraBuilder builder, string name, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, name, Kind, configure);
}
