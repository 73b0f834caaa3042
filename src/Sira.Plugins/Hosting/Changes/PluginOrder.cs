using Sira.Plugins.Planning;

namespace Sira.Plugins.Hosting.Changes;

/// <summary>Does something with several plugins, at the same time with those that do not use one another.</summary>
internal static class PluginOrder
{
    /// <summary>How many plugins are loaded and started at a time. Far more than processors, since those that hang are not to hold up the others, and bounded since each takes a thread.</summary>
    public const int MostAtOnce = 16;

    /// <summary>Runs an action for each plugin, once it has ended for those that the plugin uses.</summary>
    /// <param name="plugins">The plugins, whatever is used before who uses it.</param>
    /// <param name="places">How many may be at it at a time.</param>
    /// <param name="action">The action.</param>
    public static async Task RunAsync(IReadOnlyList<PlannedPlugin> plugins, SemaphoreSlim places, Func<PlannedPlugin, Task> action)
    {
        var running = new Dictionary<string, Task>(StringComparer.OrdinalIgnoreCase);
        foreach (var plugin in plugins)
        {
            running.Add(plugin.Id, OneAsync(plugin, [.. plugin.Dependencies.Select(running.GetValueOrDefault).OfType<Task>()]));
        }

        await Task.WhenAll(running.Values).ConfigureAwait(false);

        async Task OneAsync(PlannedPlugin plugin, Task[] used)
        {
            await Task.WhenAll(used).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await places.WaitAsync().ConfigureAwait(false);
            try
            {
                await action(plugin).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
    }
}
