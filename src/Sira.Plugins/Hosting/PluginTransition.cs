using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Plugins.Planning;

namespace Sira.Plugins.Hosting;

/// <summary>Takes the running plugins from what runs to what is planned. Plugins that depend on one another change together or not at all; where the new ones fail, the old ones have not been touched.</summary>
/// <param name="catalogue">Where contributions come into use.</param>
/// <param name="create">Makes an instance.</param>
/// <param name="discard">Ends an instance that was never in use.</param>
internal sealed class PluginTransition(ContributionCatalogue catalogue, Func<PlannedPlugin, PluginInstance> create, Func<PluginInstance, Task> discard)
{
    private readonly Dictionary<string, PluginInstance> current = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<PlannedPlugin> plan = [];

    /// <summary>Gets the instances that are in use now, in the order of the plan.</summary>
    public IReadOnlyList<PluginInstance> Running => [.. Ordered()];

    /// <summary>Gets the instances that are in use no more, in the order in which they were started.</summary>
    public List<PluginInstance> Retired { get; } = [];

    /// <summary>Gets the instances that came into use.</summary>
    public List<PluginInstance> Started { get; } = [];

    /// <summary>Gets what failed.</summary>
    public List<(PlannedPlugin Plugin, Exception Exception)> Failures { get; } = [];

    /// <summary>Makes the change.</summary>
    /// <param name="running">What runs, in the order in which it was started.</param>
    /// <param name="planned">What is to run, in the order of starting.</param>
    /// <param name="isChanged">Whether a running plugin is to be replaced.</param>
    /// <param name="cancellationToken">Cancels what has not begun to change anything.</param>
    public async Task RunAsync(IReadOnlyList<PluginInstance> running, IReadOnlyList<PlannedPlugin> planned, Func<PluginInstance, PlannedPlugin, bool> isChanged, CancellationToken cancellationToken)
    {
        plan = planned;
        foreach (var instance in running)
        {
            current.Add(instance.Id, instance);
        }

        foreach (var group in PluginGroups.Of(planned, Changed(isChanged)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ChangeAsync([.. group], cancellationToken).ConfigureAwait(false);
        }

        await RemoveAsync([.. running.Where(instance => !planned.Any(plugin => IsNamed(plugin, instance.Id)))]).ConfigureAwait(false);
    }

    private static bool IsNamed(PlannedPlugin plugin, string id) => string.Equals(plugin.Id, id, StringComparison.OrdinalIgnoreCase);

    // Whoever uses a plugin that is replaced is bound to its old code, and is replaced with it.
    private HashSet<string> Changed(Func<PluginInstance, PlannedPlugin, bool> isChanged)
    {
        var changed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var plugin in plan)
        {
            if (!current.TryGetValue(plugin.Id, out var instance) || isChanged(instance, plugin) || plugin.Dependencies.Any(changed.Contains))
            {
                changed.Add(plugin.Id);
            }
        }

        return changed;
    }

    private async Task ChangeAsync(List<PlannedPlugin> group, CancellationToken cancellationToken)
    {
        while (group.Count > 0)
        {
            var fresh = new List<PluginInstance>();
            if (await StartAsync(group, fresh, cancellationToken).ConfigureAwait(false) is not { } failed && (failed = await CommitAsync(group, fresh).ConfigureAwait(false)) is null)
            {
                return;
            }

            for (var i = fresh.Count - 1; i >= 0; i--)
            {
                await discard(fresh[i]).ConfigureAwait(false);
            }

            PluginGroups.Shrink(group, failed.Id, id => current.GetValueOrDefault(id)?.Plan);
        }
    }

    private async Task<PlannedPlugin?> StartAsync(List<PlannedPlugin> group, List<PluginInstance> fresh, CancellationToken cancellationToken)
    {
        foreach (var plugin in group)
        {
            var instance = create(plugin);
            try
            {
                fresh.Add(instance);
                await instance.LoadAsync([.. plugin.Dependencies.Select(id => (fresh.Find(other => IsNamed(other.Plan, id)) ?? current.GetValueOrDefault(id))?.Loaded).OfType<Sources.LoadedPlugin>()], cancellationToken).ConfigureAwait(false);
                await instance.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SiraException exception)
            {
                Failures.Add((plugin, exception));
                return plugin;
            }
            catch (OperationCanceledException)
            {
                foreach (var begun in fresh)
                {
                    await discard(begun).ConfigureAwait(false);
                }

                throw;
            }
        }

        return null;
    }

    private async Task<PlannedPlugin?> CommitAsync(List<PlannedPlugin> group, List<PluginInstance> fresh)
    {
        try
        {
            using var change = catalogue.Prepare([.. Ordered(fresh).Select(static instance => instance.Contributor).OfType<Contributor>()]);
            await change.CommitAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a plugin's factories throw is that plugin's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Who of several it was, nobody can tell; the one that the others use goes, and they with it.
            Failures.Add((group[0], exception));
            return group[0];
        }

        foreach (var instance in fresh)
        {
            if (current.Remove(instance.Id, out var replaced))
            {
                Retired.Add(replaced);
            }

            current.Add(instance.Id, instance);
            Started.Add(instance);
        }

        return null;
    }

    private async Task RemoveAsync(List<PluginInstance> leaving)
    {
        if (leaving.Count == 0)
        {
            return;
        }

        var staying = Ordered().Except(leaving).ToList();
        try
        {
            using var change = catalogue.Prepare([.. staying.Select(static instance => instance.Contributor).OfType<Contributor>()]);
            await change.CommitAsync().ConfigureAwait(false);
        }
        catch (SiraException exception)
        {
            // The host's configuration counts on one of them; they stay until it does not.
            Failures.AddRange(leaving.Select(instance => (instance.Plan, (Exception)exception)));
            return;
        }

        foreach (var instance in leaving)
        {
            current.Remove(instance.Id);
            Retired.Add(instance);
        }
    }

    // Those that are about to go stand after those that are planned, in the order in which they have been.
    private IEnumerable<PluginInstance> Ordered(List<PluginInstance>? fresh = null)
    {
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var plugin in plan)
        {
            if ((fresh?.Find(instance => IsNamed(plugin, instance.Id)) ?? current.GetValueOrDefault(plugin.Id)) is { } instance)
            {
                known.Add(plugin.Id);
                yield return instance;
            }
        }

        foreach (var instance in current.Values.Where(instance => !known.Contains(instance.Id)))
        {
            yield return instance;
        }
    }
}
