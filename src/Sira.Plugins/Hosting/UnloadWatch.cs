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

    // A context takes two or three collections with the finalizers between them (measured); one more, as the last may have been under way.
    private const int LeastCollections = 4;

    // For those that have been told of before: healing tries what is costly more and more seldom.
    private const int LeastRounds = 8;

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
    public void Look()
    {
        var remaining = Remaining();
        remaining.ForEach(static entry => entry.Heal());

        // A quiet process collects nothing for hours, and what nobody has collected is kept by nobody. Where the process has collected by itself since the last look, that will do.
        if (remaining.Exists(static entry => !entry.IsTold && entry.HasSeenAll(GC.CollectionCount(GC.MaxGeneration))))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }

        TellOf(remaining);
    }

    /// <summary>Collects until all are gone, or none is left that might still go in time.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            Collect();
            var remaining = Remaining();
            TellOf(remaining);
            if (remaining.Count == 0 || (round >= LeastRounds && remaining.TrueForAll(static entry => entry.IsTold)))
            {
                return remaining.Count == 0;
            }

            await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(10), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Collect()
    {
        var remaining = Remaining();
        remaining.ForEach(static entry => entry.Heal());
        if (remaining.Count > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private void TellOf(List<Entry> remaining)
    {
        List<Entry> overdue;
        lock (gate)
        {
            var collections = GC.CollectionCount(GC.MaxGeneration);
            remaining.ForEach(entry => entry.See(collections));
            overdue = remaining.FindAll(entry => !entry.Unload.IsComplete && !entry.IsTold && entry.Survived >= LeastCollections && time.GetElapsedTime(entry.Since) >= entry.Timeout);
            overdue.ForEach(static entry => entry.IsTold = true);
        }

        foreach (var entry in overdue)
        {
            logger.NotUnloaded(entry.PluginId, entry.Version, entry.Timeout);
            bus.Publish(new PluginNotUnloaded(entry.PluginId, entry.Version, time.GetElapsedTime(entry.Since)));
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
        private int seen = GC.CollectionCount(GC.MaxGeneration);

        public bool IsTold { get; set; }

        /// <summary>Gets how many times it was still there after the process had collected everything anew, with finalizers between.</summary>
        public int Survived { get; private set; }

        public bool HasSeenAll(int collections) => seen == collections;

        public void See(int collections)
        {
            Survived += seen == collections ? 0 : 1;
            seen = collections;
        }

        public void Heal()
        {
            if (IsHealed)
            {
                Unload.Heal();
            }
        }
    }
}
