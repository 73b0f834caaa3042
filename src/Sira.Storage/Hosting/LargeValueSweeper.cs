using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sira.Storage.LargeValues;

namespace Sira.Storage.Hosting;

/// <summary>Removes from time to time what is left over of large values.</summary>
internal sealed class LargeValueSweeper(SiraStorage storage, TimeProvider time, ILogger<LargeValueEngine> logger) : BackgroundService
{
    // A process that is started often sweeps all the same, and one that was just started has other things to do.
    private static readonly TimeSpan LongestUntilFirst = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(storage.LargeValues.Values.Where(static engine => engine.Options.SweepInterval > TimeSpan.Zero).Select(engine => SweepAsync(engine, stoppingToken)));

    private async Task SweepAsync(LargeValueEngine engine, CancellationToken cancellationToken)
    {
        var interval = engine.Options.SweepInterval;
        for (var wait = interval < LongestUntilFirst ? interval : LongestUntilFirst; ; wait = interval)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await engine.SweepAsync(cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever an engine throws: what is left over waits for the next time, and must not stop the host.
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.NotSwept(exception, engine.Name);
            }
        }
    }
}
