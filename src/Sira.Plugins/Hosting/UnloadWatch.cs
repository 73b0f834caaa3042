using Microsoft.Extensions.Logging;
using Sira.Kernel.Messaging;
using Sira.Kernel.Time;
using Sira.Plugins.Configuration;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>Watches the code of stopped plugins leave memory, and tells when it does not.</summary>
internal sealed class UnloadWatch(TimeProvider time, IMessageBus bus, ILogger logger)
{
    // Bounds what is remembered of plugins that never leave.
    private const int Most = 1000;

    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    /// <summary>Gets how many are still in memory, as far as has been looked.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                entries.RemoveAll(static entry => entry.Unload.IsComplete);
                return entries.Count;
            }
        }
    }

    public void Add(string pluginId, string version, PluginUnload unload, PluginOptions options)
    {
        if (options.HealUnloads)
        {
            unload.Heal();
        }

        lock (gate)
        {
            if (entries.Count == Most)
            {
                entries.RemoveAt(0);
            }

            entries.Add(new Entry(pluginId, version, unload, time.GetTimestamp(), options.UnloadTimeout, options.HealUnloads));
        }
    }

    /// <summary>Helps those along that are still there, and tells of those that have been for too long.</summary>
    /// <param name="force">Whether to collect garbage now, which is costly, or when the collector finds that it is worth it.</param>
    public void Look(bool force = false)
    {
        var remaining = Remaining();
        remaining.ForEach(static entry => entry.Heal());
        if (remaining.Count > 0)
        {
            GC.Collect(GC.MaxGeneration, force ? GCCollectionMode.Forced : GCCollectionMode.Optimized, blocking: force);
        }

        if (remaining.Count > 0 && force)
        {
            GC.WaitForPendingFinalizers();
        }

        foreach (var entry in remaining)
        {
            if (!entry.Unload.IsComplete && !entry.IsTold && time.GetElapsedTime(entry.Since) >= entry.Timeout)
            {
                entry.IsTold = true;
                logger.NotUnloaded(entry.PluginId, entry.Version, entry.Timeout);
                bus.Publish(new PluginNotUnloaded(entry.PluginId, entry.Version, time.GetElapsedTime(entry.Since)));
            }
        }
    }

    /// <summary>Waits until all are gone, or are overdue.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Look(force: true);
            var remaining = Remaining();
            if (remaining.Count == 0 || remaining.TrueForAll(static entry => entry.IsTold))
            {
                return remaining.Count == 0;
            }

            await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(10), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<Entry> Remaining()
    {
        lock (gate)
        {
            entries.RemoveAll(static entry => entry.Unload.IsComplete);
            return [.. entries];
        }
    }

    private sealed record Entry(string PluginId, string Version, PluginUnload Unload, long Since, TimeSpan Timeout, bool IsHealed)
    {
        public bool IsTold { get; set; }

        public void Heal()
        {
            if (IsHealed)
            {
                Unload.Heal();
            }
        }
    }
}
