using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Polly;
using Polly.Retry;
using Sira.Kernel.Time;
using Sira.Plugins.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting.Supervision;

/// <summary>Restarts plugins that fail, with growing pauses, and gives up on those that go on failing; looks for plugins when a source says that there may be others; watches unloading.</summary>
internal sealed class PluginSupervisor(PluginHost host, PluginRoster roster, UnloadWatch unloads, TimeProvider time, IRandomSource random, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<(PluginIdentity Identity, string Content), FaultSignal> supervised = new();
    private readonly ConcurrentDictionary<PluginInstance, (long Calls, long Faults)> seen = new();
    private readonly List<IDisposable> watches = [];
    private volatile PluginOptions options = new();

    /// <summary>Takes over the options that were read last. What is being supervised goes on with those it began with.</summary>
    public void Configure(PluginOptions current) => options = current;

    public void Start(Func<IChangeToken?> configuration, IEnumerable<IPluginSource> sources)
    {
        watches.Add(time.CreateTimer(static self => ((PluginSupervisor)self!).Look(), this, options.FaultInterval, options.FaultInterval));
        foreach (var token in sources.Select(static source => (Func<IChangeToken?>)source.GetChangeToken).Append(configuration).Where(static produce => produce() is not null))
        {
            watches.Add(ChangeToken.OnChange(token, () => _ = RefreshAsync()));
        }
    }

    /// <summary>Hears that an instance has failed.</summary>
    public void Report(PluginInstance instance, Exception exception)
    {
        // One that is not in use yet is asked when it is; one that is on its way out, or given up on, may fail as it likes.
        if (roster.Find(instance.Id) == instance && instance.State != PluginState.Degraded)
        {
            roster.Failing(instance, PluginState.Faulted, exception.Message);
            Report(instance.Plan, exception);
        }
    }

    /// <summary>Hears that a version of a plugin has failed.</summary>
    public void Report(PlannedPlugin plugin, Exception exception)
    {
        var fault = new PluginException(plugin.Id, $"The plugin '{plugin.Id}' failed: {exception.Message}", exception);
        var key = (plugin.Plugin.Manifest.Identity, plugin.Plugin.ContentId);
        while (!closing.IsCancellationRequested)
        {
            var signal = supervised.GetOrAdd(key, static (_, first) => new FaultSignal(first), fault);
            if (signal.IsFirst(fault))
            {
                _ = SuperviseAsync(plugin, key, signal);
                return;
            }

            if (signal.TryRaise(fault))
            {
                return;
            }

            // That supervision has just ended.
            supervised.TryRemove(KeyValuePair.Create(key, signal));
        }
    }

    /// <summary>Looks for plugins without being waited for.</summary>
    public void Refresh() => _ = RefreshAsync();

    public void Dispose()
    {
        closing.Cancel();
        watches.ForEach(static watch => watch.Dispose());
    }

    // A refresh that finds the configuration in a mess changes nothing, and the next change brings the next one.
    private async Task RefreshAsync()
    {
        try
        {
            await host.RefreshAsync(closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.RefreshFailed(exception);
        }
        catch (OperationCanceledException)
        {
            // The host closes.
        }
    }

    private void Look()
    {
        unloads.Look();
        var running = roster.Running;
        foreach (var gone in seen.Keys.Where(instance => !running.Contains(instance)))
        {
            seen.TryRemove(gone, out _);
        }

        foreach (var instance in running)
        {
            if (instance.Contributor is not { Calls: var calls })
            {
                continue;
            }

            var now = (calls.Count, calls.Faults);
            var before = seen.GetValueOrDefault(instance);
            seen[instance] = now;
            var (ended, threw) = (now.Count - before.Calls, now.Faults - before.Faults);
            if (ended >= options.MinimumCalls && threw > options.MaxFaultRatio * ended)
            {
                Report(instance, new PluginException(instance.Id, string.Create(CultureInfo.InvariantCulture, $"{threw} of {ended} calls into it threw within {options.FaultInterval.TotalSeconds:0.###} s.")));
            }
        }
    }

    private async Task SuperviseAsync(PlannedPlugin plugin, (PluginIdentity Identity, string Content) key, FaultSignal signal)
    {
        try
        {
            do
            {
                await SuperviseAsync(plugin, signal).ConfigureAwait(false);
            }
            while (!signal.TryClose());
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The host closes.
        }
        catch (Exception exception)
        {
            // A configuration that cannot be read now, say; the next refresh looks after the plugin.
            logger.RefreshFailed(exception);
        }
        finally
        {
            signal.Close();
            supervised.TryRemove(KeyValuePair.Create(key, signal));
        }
    }

    // Ends when the plugin is stable, in quarantine, or no longer the version to run.
    private async Task SuperviseAsync(PlannedPlugin plugin, FaultSignal signal)
    {
        var options = this.options;
        var restarts = 0;
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            // Polly wants one at least; without any, the first failure is the last.
            MaxRetryAttempts = Math.Max(1, options.MaxRestarts),
            ShouldHandle = arguments => new ValueTask<bool>(options.MaxRestarts > 0 && arguments.Outcome.Exception is PluginException),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RestartDelay,
            MaxDelay = options.MaxRestartDelay,
            Randomizer = random.NextDouble,
            OnRetry = arguments =>
            {
                restarts = arguments.AttemptNumber + 1;
                roster.CountRestart(plugin.Id, restarts);
                logger.Restarting(plugin.Id, restarts, arguments.RetryDelay);
                return default;
            },
        }).Build();
        try
        {
            await pipeline.ExecuteAsync(async token =>
            {
                if (restarts == 0)
                {
                    signal.ThrowIfRaised();
                    return;
                }

                signal.Reset();
                if (await host.ReviveAsync(plugin, token).ConfigureAwait(false))
                {
                    await signal.WaitAsync(options.StableAfter, time, token).ConfigureAwait(false);
                }
            }, closing.Token).ConfigureAwait(false);
        }
        catch (PluginException exception)
        {
            await host.QuarantineAsync(plugin, restarts + 1, exception).ConfigureAwait(false);
            signal.Reset();
        }

        roster.CountRestart(plugin.Id, 0);
    }
}
