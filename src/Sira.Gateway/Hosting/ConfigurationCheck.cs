using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Gateway.Routing;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Gateway.Hosting;

/// <summary>Builds the first snapshot when the host starts, so that a wrong configuration stops the start and not the first request.</summary>
internal sealed class ConfigurationCheck(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<GatewaySnapshots>();
        return services.GetRequiredService<SiraConfiguration>().CheckAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
