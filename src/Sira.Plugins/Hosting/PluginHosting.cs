using Microsoft.Extensions.Hosting;

namespace Sira.Plugins.Hosting;

/// <summary>Starts the plugins with the host. They end with the container, after everything that may still use them.</summary>
internal sealed class PluginHosting(PluginHost plugins) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => plugins.StartLoadedAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
