using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Contexts;
using Sira.Plugins.Loading.Folders;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Publishers;
using Sira.Plugins.Sources;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds plugins that are found while the host runs.</summary>
public static class PluginFolderBuilderExtensions
{
    /// <summary>Runs the plugins whose packages lie in a folder, and follows what happens there: a package that comes is started, a newer one replaces the one that runs, one that goes is taken out of use and unloaded.</summary>
    /// <remarks>More folders can stand in the section <c>Sira:Plugins:Folders</c>. A folder may be made later, and may be away for a while: what runs of it goes on, as does a plugin whose file cannot be read.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The folder; a relative path begins at the application.</param>
    /// <returns>The builder.</returns>
    [RequiresUnreferencedCode("Plugins call what trimming may have removed. Add plugins with AddPlugin in a trimmed host.")]
    [RequiresDynamicCode("Plugins are compiled while the host runs. Add plugins with AddPlugin in a host that is compiled ahead of time.")]
    public static ISiraBuilder AddPluginFolder(this ISiraBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.AddPluginFolders().Services.AddSingleton(new PluginFolder(path));
        return builder;
    }

    /// <summary>Runs the plugins whose packages lie in the folders that the section <c>Sira:Plugins:Folders</c> lists.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    [RequiresUnreferencedCode("Plugins call what trimming may have removed. Add plugins with AddPlugin in a trimmed host.")]
    [RequiresDynamicCode("Plugins are compiled while the host runs. Add plugins with AddPlugin in a host that is compiled ahead of time.")]
    public static ISiraBuilder AddPluginFolders(this ISiraBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.AddPluginHost().Services;
        services.AddContextHealing();
        services.TryAddSingleton<PublisherConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, PublisherConfiguration>(static provider => provider.GetRequiredService<PublisherConfiguration>()));
        services.TryAddSingleton<SharingConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, SharingConfiguration>(static provider => provider.GetRequiredService<SharingConfiguration>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginSource, FolderPluginSource>());
        return builder;
    }

    /// <summary>Shares assemblies of the host with the plugins of folders, so that both have the same types: contracts, such as messages or interfaces of the application. The assemblies of Sira, of <c>Microsoft.Extensions</c> and of the framework are always shared. More names can stand in the section <c>Sira:Plugins:SharedAssemblies</c>.</summary>
    /// <remarks>A plugin that was built with a newer version than the host's is not loaded. What is shared should itself use only what is shared.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="names">Simple names, such as <c>MyApp.Contracts</c>, or the beginning of several, such as <c>MyApp.*</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">A name is no name, or would share everything.</exception>
    public static ISiraBuilder SharePluginAssemblies(this ISiraBuilder builder, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(names));
            if (SharedNames.Check(name) is { } problem)
            {
                throw new ArgumentException($"{problem} {SharedNames.Grammar}", nameof(names));
            }
        }

        builder.Services.AddSingleton(new SharedNames(names));
        return builder;
    }
}
