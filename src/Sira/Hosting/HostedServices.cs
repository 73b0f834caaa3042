using Microsoft.Extensions.Hosting;

namespace Sira.Hosting;

/// <summary>Starts and stops hosted services in the order of a host, with what they do before and after all others.</summary>
internal sealed class HostedServices(IEnumerable<IHostedService> services)
{
    private readonly IHostedService[] services = [.. services];
    private readonly List<IHostedService> running = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var service in services.OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in services)
        {
            await service.StartAsync(cancellationToken).ConfigureAwait(false);
            running.Add(service);
        }

        foreach (var service in services.OfType<IHostedLifecycleService>())
        {
            await service.StartedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops what was started, the last first.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var stopping = running.AsEnumerable().Reverse().ToArray();
        running.Clear();
        foreach (var service in stopping.OfType<IHostedLifecycleService>())
        {
            await service.StoppingAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in stopping)
        {
            await service.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in stopping.OfType<IHostedLifecycleService>())
        {
            await service.StoppedAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
