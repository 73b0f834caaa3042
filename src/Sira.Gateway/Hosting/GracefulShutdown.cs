using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sira.Gateway.Clients;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Hosting;

/// <summary>Lets the calls under way finish when the host stops, for as long as the host waits.</summary>
internal sealed class GracefulShutdown(ISira sira, ILogger<GracefulShutdown> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sira.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            logger.NotDrained(sira.InFlight);
        }
    }
}
