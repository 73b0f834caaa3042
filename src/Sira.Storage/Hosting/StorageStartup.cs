using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sira.Storage.Errors;

namespace Sira.Storage.Hosting;

/// <summary>Opens the engines when the host starts, so that a wrong path or password stops the start and not the first request.</summary>
internal sealed class StorageStartup(SiraStorage storage, ILogger<SiraStorage> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var engine in storage.Engines)
        {
            try
            {
                await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
                logger.EngineOpened(engine.Name, engine.Capabilities.DefaultDurability);
            }
            catch (StorageException exception) when (storage.Start is StorageStart.Try)
            {
                logger.EngineNotOpened(exception, engine.Name);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
