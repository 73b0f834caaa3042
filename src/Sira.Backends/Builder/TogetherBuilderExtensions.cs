using Sira.Backends.Builder;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Together AI.</summary>
public static class TogetherBuilderExtensions
{
    private const string Kind = "together";

    /// <summary>Adds Together AI under the name <c>together</c>. Without further words the key comes from configuration or from <c>TOGETHER_API_KEY</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddTogether(this ISiraBuilder builder, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, Kind, Kind, configure);

    /// <summary>Adds Together AI under another name, such as a second account.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddTogether(this ISiraBuilder builder, string name, Action<BackendOptions>? configure = null) => BackendRegistrations.Add(builder, name, Kind, configure);
}
