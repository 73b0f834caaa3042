using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The one line that brings Sira into an application.</summary>
public static class SiraServiceCollectionExtensions
{
    /// <summary>Adds Sira: afterwards <see cref="IChatClient"/> (plain, and keyed by route) and <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c> can be injected.</summary>
    /// <remarks>
    /// Settings come from code and from the section <c>Sira</c> of the host's configuration; where both speak, the file wins, and changing the file while the program runs changes the routes.
    /// With neither naming a backend, those whose usual environment variables are set are used; with none of these either, the host's start fails and says what to add.
    /// Calling it again adds to the same gateway. Everything is registered with <c>TryAdd</c>: what was registered before stays.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Describes backends, routes and stages.</param>
    /// <returns>The builder, for further configuration.</returns>
    public static ISiraBuilder AddSira(this IServiceCollection services, Action<ISiraBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = new SiraBuilder(services);

        // First: packages that are used without AddSira too register an empty section where there is none.
        services.TryAddSingleton(static provider => new SiraConfigurationSection(provider.GetService<IConfiguration>()?.GetSection(SiraConfigurationSection.DefaultName)));
        configure?.Invoke(builder);
        services.AddSiraKernel();
        return builder.AddStorage().AddBackends().AddGateway();
    }

    /// <summary>Reads Sira's configuration from a section of your choice instead of <c>Sira</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder UseConfiguration(this ISiraBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.Replace(ServiceDescriptor.Singleton(new SiraConfigurationSection(section)));
        return builder;
    }
}
