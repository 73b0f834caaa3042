using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Plugins;
using Sira.Plugins.Builder;
using Sira.Plugins.Configuration;
using Sira.Plugins.Diagnostics;
using Sira.Plugins.Hosting;
using Sira.Plugins.Isolation;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds plugins to Sira.</summary>
public static class PluginBuilderExtensions
{
    /// <summary>Adds a plugin that is compiled into the host. It has a container, a life and figures of its own, and can be stopped and restarted; its code stays. The host does not start when it does not.</summary>
    /// <remarks>Its manifest is the resource <c>sira-plugin.json</c> of its assembly where there is one; otherwise it has the id and the version of the assembly, and needs any kernel.</remarks>
    /// <typeparam name="TPlugin">The plugin.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="SiraConfigurationException">The manifest has mistakes.</exception>
    public static ISiraBuilder AddPlugin<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TPlugin>(this ISiraBuilder builder)
        where TPlugin : ISiraPlugin, new() => builder.AddPlugin(CompiledManifest.Of(typeof(TPlugin).Assembly), static () => new TPlugin());

    /// <summary>Adds a plugin that is compiled into the host, with a manifest made in code.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="manifest">What it says about itself.</param>
    /// <param name="create">Makes its entry object; called anew for each start.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddPlugin(this ISiraBuilder builder, PluginManifest manifest, Func<ISiraPlugin> create)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(create);
        builder.AddPluginHost().Services.AddSingleton(new CompiledPlugin(manifest, $"AddPlugin({manifest.Id})", create));
        return builder;
    }

    /// <summary>Sets how the plugin host behaves. The section <c>Sira:Plugins</c> is read over it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder ConfigurePlugins(this ISiraBuilder builder, Action<PluginOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddPluginHost().Services.Configure(configure);
        return builder;
    }

    /// <summary>Registers the plugin host. Whatever adds plugins calls it.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddPluginHost(this ISiraBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<PluginOptions>();
        services.AddLogging();

        // As AddSira does, which comes to it later when it is its callback that adds plugins.
        services.TryAddSingleton(static provider => new SiraConfigurationSection(provider.GetService<IConfiguration>()?.GetSection(SiraConfigurationSection.DefaultName)));
        services.TryAddSingleton<PluginConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, PluginConfiguration>(static provider => provider.GetRequiredService<PluginConfiguration>()));
        services.TryAddSingleton<PluginServices>();
        services.TryAddSingleton<PluginHost>();
        services.TryAddSingleton<IPluginHost>(static provider => provider.GetRequiredService<PluginHost>());
        services.TryAddSingleton<IContributorSource>(static provider => provider.GetRequiredService<PluginHost>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginSource, CompiledPlugins>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, PluginHealth>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDiagnosticsSource, PluginDiagnostics>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, MeterBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, MessageBusBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, TopicsBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, NetworkBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, RegistryBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, ResourcesBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PluginHosting>());
        return builder;
    }
}
