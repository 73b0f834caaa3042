using Microsoft.Extensions.Logging;
using Sira.Kernel.Contributions;
using Sira.Plugins.Configuration;

namespace Sira.Plugins.Hosting.Changes;

/// <summary>Ends instances that are out of use: waits for the requests that use them, stops them, and hands their code to the watch over unloading.</summary>
internal sealed class PluginRetirement(PluginRoster roster, UnloadWatch unloads, Func<ContributionCatalogue> catalogue, TimeProvider time, ILogger logger)
{
    private volatile PluginOptions options = new();

    /// <summary>Takes over the options that were read last.</summary>
    public void Configure(PluginOptions current) => options = current;

    /// <summary>Ends instances that were in use.</summary>
    /// <param name="retired">The instances, in the order in which they were started.</param>
    /// <param name="reasonOf">Why the plugin of an id is away, where no other version runs.</param>
    public async Task RetireAsync(IReadOnlyList<PluginInstance> retired, Func<string, string?> reasonOf)
    {
        if (retired.Count == 0)
        {
            return;
        }

        foreach (var instance in retired)
        {
            roster.Stopping(instance);
        }

        await DrainAsync(retired).ConfigureAwait(false);

        // Who uses a plugin ends before it.
        foreach (var instance in retired.Reverse())
        {
            await EndAsync(instance, reasonOf(instance.Id)).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the requests that use instances, at most as long as is allowed, and goes on on another thread.</summary>
    public async Task DrainAsync(IReadOnlyList<PluginInstance> retired)
    {
        using (var patience = new CancellationTokenSource(options.DrainTimeout, time))
        {
            try
            {
                await catalogue().QuiesceAsync(patience.Token).ConfigureAwait(false);
                foreach (var instance in retired)
                {
                    await instance.Contributor!.Calls.DrainAsync(patience.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                foreach (var instance in retired)
                {
                    logger.NotDrained(instance.Id, instance.Plan.Plugin.Manifest.Version.ToNormalizedString(), instance.Contributor!.Calls.InFlight, options.DrainTimeout);
                }
            }
        }

        // Away from the request that was the last one: its thread goes on from here.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Stops an instance that nobody uses any more.</summary>
    public async Task EndAsync(PluginInstance instance, string? reason)
    {
        await DiscardAsync(instance).ConfigureAwait(false);
        if (roster.Find(instance.Id) is null)
        {
            roster.Ended(instance, reason);
        }
    }

    /// <summary>Ends an instance without a word to anybody, such as one that never came into use.</summary>
    public async Task DiscardAsync(PluginInstance instance)
    {
        var failures = new List<Exception>();
        var unload = await instance.EndAsync(failures).ConfigureAwait(false);
        unloads.Add(instance.Id, instance.Plan.Plugin.Manifest.Version.ToNormalizedString(), unload, options);
        failures.ForEach(failure => logger.NotEndedCleanly(failure, instance.Id));
        instance.Dispose();
    }
}
