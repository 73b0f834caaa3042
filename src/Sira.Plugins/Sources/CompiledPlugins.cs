using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Sources;

/// <summary>The plugins that code registered.</summary>
internal sealed class CompiledPlugins(IEnumerable<CompiledPlugin> plugins) : IPluginSource
{
    private readonly CompiledPlugin[] plugins = [.. plugins];

    public IReadOnlyList<AvailablePlugin> Discover(ConfigurationErrors errors) => plugins;

    public IChangeToken? GetChangeToken() => null;
}
