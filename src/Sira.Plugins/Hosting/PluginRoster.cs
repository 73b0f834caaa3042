using Microsoft.Extensions.Logging;
using Sira.Kernel.Messaging;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>Knows how every plugin is, and tells log and bus when that changes.</summary>
internal sealed class PluginRoster(IMessageBus bus, ILogger logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, PluginStatus> absent = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> objections = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> restarts = new(StringComparer.OrdinalIgnoreCase);
    private volatile IReadOnlyList<PluginInstance> running = [];
    private volatile IReadOnlyList<PluginStatus> unreadable = [];

    /// <summary>Gets the instances in use, in the order in which they were started.</summary>
    public IReadOnlyList<PluginInstance> Running => running;

    /// <summary>Gets how every plugin is, the running ones first.</summary>
    public IReadOnlyList<PluginStatus> Statuses
    {
        get
        {
            lock (gate)
            {
                var present = running;
                return [.. present.Select(Describe), .. absent.Values.Where(status => !present.Any(instance => Is(instance, status.Id))).Concat(unreadable).OrderBy(static status => status.Id, StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    public PluginInstance? Find(string id) => running.FirstOrDefault(instance => Is(instance, id));

    public void Set(IReadOnlyList<PluginInstance> instances)
    {
        lock (gate)
        {
            running = instances;
            foreach (var instance in instances)
            {
                absent.Remove(instance.Id);
            }
        }
    }

    public void Started(PluginInstance instance)
    {
        logger.Started(instance.Id, VersionOf(instance.Plan), instance.Plan.Plugin.Origin);
        Publish(instance.Plan, PluginState.Started, null);
    }

    public void Stopping(PluginInstance instance)
    {
        instance.BeginStop();
        Publish(instance.Plan, PluginState.Stopping, null);
    }

    /// <summary>Notes that an instance has ended; where no other version runs, why the plugin is away.</summary>
    public void Ended(PluginInstance instance, string? reason)
    {
        logger.Stopped(instance.Id, VersionOf(instance.Plan));
        string? refusal;
        lock (gate)
        {
            refusal = absent.GetValueOrDefault(instance.Id) is { State: PluginState.Discovered } refused ? refused.Reason : null;
        }

        if (refusal is null)
        {
            Away(instance.Plan, PluginState.Unloaded, reason);
        }
        else
        {
            // It is there and may not run any more, which says more than that it has ended.
            Publish(instance.Plan, PluginState.Unloaded, refusal);
        }
    }

    /// <summary>Notes that a plugin is not to run, by hand, and did not.</summary>
    public void Held(string id, string reason)
    {
        PluginStatus? status;
        lock (gate)
        {
            if (absent.TryGetValue(id, out status))
            {
                absent[id] = status = status with { State = PluginState.Unloaded, Reason = reason };
            }
        }

        if (status is not null)
        {
            bus.Publish(new PluginStateChanged(status.Id, status.Version, status.State, reason));
        }
    }

    /// <summary>Notes that a plugin in use has failed.</summary>
    public void Failing(PluginInstance instance, PluginState state, string reason)
    {
        if (instance.State == state && instance.Reason == reason)
        {
            return;
        }

        instance.Fail(state, reason);
        logger.Failing(instance.Id, VersionOf(instance.Plan), reason);
        Publish(instance.Plan, state, reason);
    }

    /// <summary>Replaces what is known of plugins that are to run and wait for one that they use.</summary>
    public void Waiting(IReadOnlyList<(PlannedPlugin Plugin, string Reason)> plugins)
    {
        lock (gate)
        {
            foreach (var id in waiting.Where(id => absent.GetValueOrDefault(id) is { State: PluginState.Discovered } && !plugins.Any(other => string.Equals(other.Plugin.Id, id, StringComparison.OrdinalIgnoreCase))).ToList())
            {
                absent.Remove(id);
            }

            waiting.Clear();
            waiting.UnionWith(plugins.Select(static plugin => plugin.Plugin.Id));
        }

        foreach (var (plugin, reason) in plugins)
        {
            Away(plugin, PluginState.Discovered, reason);
        }
    }

    public void Failed(PlannedPlugin plugin, Exception exception)
    {
        logger.Failed(exception, plugin.Id, VersionOf(plugin), exception.Message);
        Away(plugin, PluginState.Faulted, exception.Message);
    }

    /// <summary>Notes that a running plugin was to be replaced or taken away and goes on as it is.</summary>
    public void Kept(PluginInstance instance, Exception exception)
    {
        logger.Kept(instance.Id, VersionOf(instance.Plan), exception.Message);
        lock (gate)
        {
            objections[instance.Id] = $"It was to be changed and goes on: {exception.Message}";
        }
    }

    /// <summary>Notes what there is to say of a plugin that runs.</summary>
    public void Remark(string id, string remark)
    {
        lock (gate)
        {
            objections.TryAdd(id, remark);
        }
    }

    /// <summary>Forgets what stood against earlier changes, before the next is tried.</summary>
    public void ForgetObjections()
    {
        lock (gate)
        {
            objections.Clear();
        }
    }

    /// <summary>Notes that a version that failed too often is away; told once.</summary>
    public void Quarantined(AvailablePlugin plugin, string reason)
    {
        var planned = new PlannedPlugin(plugin, []);
        lock (gate)
        {
            if (absent.GetValueOrDefault(planned.Id) is { State: PluginState.Quarantined } known && known.Version == VersionOf(planned) && known.Reason == reason)
            {
                return;
            }
        }

        logger.Quarantined(planned.Id, VersionOf(planned), reason);
        Away(planned, PluginState.Quarantined, reason);
    }

    /// <summary>Replaces what is known of packages that cannot be read.</summary>
    public void Unreadable(IReadOnlyList<PluginStatus> packages) => unreadable = packages;

    /// <summary>Replaces what is known of plugins that are there and may not run.</summary>
    public void Refused(IReadOnlyList<RefusedPlugin> refused)
    {
        lock (gate)
        {
            foreach (var id in absent.Where(entry => entry.Value.State == PluginState.Discovered && !waiting.Contains(entry.Key)).Select(static entry => entry.Key).ToList())
            {
                absent.Remove(id);
            }

            waiting.ExceptWith(refused.Select(static plugin => plugin.Plugin.Manifest.Id));
        }

        foreach (var (plugin, reason) in refused)
        {
            logger.Refused(plugin.Manifest.ToString(), reason);
            Away(new PlannedPlugin(plugin, []), PluginState.Discovered, reason);
        }
    }

    /// <summary>Forgets plugins that are not there any more.</summary>
    public void Retain(IEnumerable<string> available)
    {
        var known = available.ToHashSet(StringComparer.OrdinalIgnoreCase);
        lock (gate)
        {
            foreach (var id in absent.Keys.Where(id => !known.Contains(id)).ToList())
            {
                absent.Remove(id);
                restarts.Remove(id);
            }
        }
    }

    public void CountRestart(string id, int number)
    {
        lock (gate)
        {
            restarts[id] = number;
        }
    }

    private static bool Is(PluginInstance instance, string id) => string.Equals(instance.Id, id, StringComparison.OrdinalIgnoreCase);

    private static string VersionOf(PlannedPlugin plugin) => plugin.Plugin.Manifest.Version.ToNormalizedString();

    private void Away(PlannedPlugin plugin, PluginState state, string? reason)
    {
        lock (gate)
        {
            absent[plugin.Id] = new PluginStatus
            {
                Id = plugin.Id,
                Version = VersionOf(plugin),
                State = state,
                Reason = reason,
                Origin = plugin.Plugin.Origin,
                Trust = plugin.Plugin.Trust,
                Restarts = restarts.GetValueOrDefault(plugin.Id),
            };
        }

        Publish(plugin, state, reason);
    }

    private void Publish(PlannedPlugin plugin, PluginState state, string? reason) => bus.Publish(new PluginStateChanged(plugin.Id, VersionOf(plugin), state, reason));

    private PluginStatus Describe(PluginInstance instance)
    {
        var calls = instance.Contributor?.Calls;
        return new PluginStatus
        {
            Id = instance.Id,
            Version = VersionOf(instance.Plan),
            State = instance.State,
            Reason = absent.GetValueOrDefault(instance.Id)?.Reason ?? instance.Reason ?? objections.GetValueOrDefault(instance.Id),
            Origin = instance.Plan.Plugin.Origin,
            Trust = instance.Plan.Plugin.Trust,
            Contributes = instance.Contributes,
            StartedAt = instance.StartedAt,
            Restarts = restarts.GetValueOrDefault(instance.Id),
            Calls = calls?.Count ?? 0,
            Faults = calls?.Faults ?? 0,
            InFlight = calls?.InFlight ?? 0,
            CallDuration = calls?.Duration ?? TimeSpan.Zero,
            AllocatedBytes = calls?.AllocatedBytes ?? 0,
        };
    }
}
