using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Plugins;

namespace SiraPlugin1;

/// <summary>What the plugin contributes.</summary>
public sealed class Plugin : ISiraPlugin
{
    /// <inheritdoc />
    public void Configure(ISiraBuilder sira, PluginContext context) =>
        // Settings come from Sira:Plugins:Items:SiraPlugin1:Settings of the host.
        sira.AddBackend("SiraPlugin1", _ => new EchoChatClient(context.Settings["Prefix"] ?? context.Version));
}
