using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sira.Kernel.Messaging;
using Sira.Plugins.Hosting;

namespace Sira.Plugins.LeakDoctor.Examining;

/// <summary>Has the process examined when a plugin's code has not left memory in time, seldom enough not to be a burden.</summary>
internal sealed class LeakWatch(IPluginLeakDoctor doctor, IMessageBus bus, IOptions<LeakDoctorOptions> options, TimeProvider time, ILogger<LeakWatch> logger) : IHostedService
{
    private IAsyncDisposable? subscription;
    private long? last;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsAutomatic)
        {
            subscription = bus.Subscribe<PluginNotUnloaded>(ExamineAsync);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (subscription is { } ending)
        {
            await ending.DisposeAsync().ConfigureAwait(false);
        }
    }

    // One message after the other: a queued subscription of the default kind has one worker.
    private async ValueTask ExamineAsync(PluginNotUnloaded message, CancellationToken cancellationToken)
    {
        if (last is { } before && time.GetElapsedTime(before) < options.Value.MinimumInterval)
        {
            logger.NotExamined(message.PluginId, message.Version, options.Value.MinimumInterval);
            return;
        }

        last = time.GetTimestamp();
        try
        {
            var report = await doctor.ExamineAsync(cancellationToken).ConfigureAwait(false);
            logger.Examined(report);
            bus.Publish(new PluginLeaksFound(report));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.ExaminationFailed(exception, message.PluginId);
        }
    }
}
