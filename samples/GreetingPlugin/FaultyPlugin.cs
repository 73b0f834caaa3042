using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Plugins;

namespace GreetingPlugin;

/// <summary>Contributes a backend that throws, to show what the host does about it.</summary>
public sealed class FaultyPlugin : ISiraPlugin
{
    /// <inheritdoc />
    public void Configure(ISiraBuilder sira, PluginContext context) => sira.AddBackend("faulty", _ => new GreetingClient(greeting: null));
}
