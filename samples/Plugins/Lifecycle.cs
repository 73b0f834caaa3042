using System.Collections.Concurrent;
using System.Diagnostics;
using Sira.Kernel.Messaging;
using Sira.Plugins.Hosting;

namespace Plugins;

/// <summary>What the host published about its plugins.</summary>
internal sealed class Lifecycle(IMessageBus bus, IPluginHost plugins) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<(double Seconds, PluginStateChanged Change)> events = new();
    private IDisposable? subscription;

    public IReadOnlyCollection<(double Seconds, PluginStateChanged Change)> Events => events;

    public void Begin()
    {
        var started = Stopwatch.GetTimestamp();
        subscription = bus.Subscribe<PluginStateChanged>(change => events.Enqueue((Stopwatch.GetElapsedTime(started).TotalSeconds, change)));
    }

    /// <summary>Waits until a plugin is in a state.</summary>
    /// <exception cref="TimeoutException">It does not come to it.</exception>
    public async Task<PluginStatus> WaitAsync(string id, string version, PluginState state)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(10))
        {
            if (plugins.Plugins.FirstOrDefault(plugin => plugin.Id == id && plugin.Version == version && plugin.State == state) is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException($"{id} {version} is not {state} after {Patience.TotalSeconds:0} s: {string.Join("; ", plugins.Plugins)}");
    }

    /// <summary>Waits until no plugin is left.</summary>
    public async Task WaitForNoneAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); plugins.Plugins.Count > 0; await Task.Delay(10))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"There are plugins after {Patience.TotalSeconds:0} s: {string.Join("; ", plugins.Plugins)}");
            }
        }
    }

    public void Dispose() => subscription?.Dispose();
}
