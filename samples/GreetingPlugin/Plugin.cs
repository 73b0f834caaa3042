using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Plugins;

namespace GreetingPlugin;

/// <summary>Contributes a backend that greets.</summary>
public sealed class Plugin : ISiraPlugin
{
    /// <inheritdoc />
    public void Configure(ISiraBuilder sira, PluginContext context) =>
        sira.AddBackend("greeting", _ => new GreetingClient($"{context.Settings["Greeting"] ?? "Hello"} from {context.Version}"));
}
