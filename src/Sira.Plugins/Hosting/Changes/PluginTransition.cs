using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting.Changes;

/// <summary>Takes the running plugins from what runs to what is planned. Plugins that depend on one another change together or not at all; where the new ones fail, the old ones have not been touched. What does not depend on one another is loaded and started at the same time, and comes into use one after another.</summary>
/// <param name="catalogue">Where contributions come into use.</param>
/// <param name="create">Makes an instance.</param>
/// <param name="discard">Ends an instance that was never in use.</param>
internal sealed class PluginTransition(ContributionCatalogue catalogue, Func<PlannedPlugin, PluginInstance> create, Func<PluginInstance, Task> discard) : IDisposable
{
    private readonly Dictionary<string, PluginInstance> current = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();
    private readonly SemaphoreSlim committing = new(1, 1);
    private IReadOnlyDictionary<string, PluginInstance> before = new Dictionary<string, PluginInstance>();
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

        before = new Dictionary<string, PluginInstance>(current, StringComparer.OrdinalIgnoreCase);
        using var places = new SemaphoreSlim(PluginOrder.MostAtOnce);
        try
        {
            await Task.WhenAll(PluginGroups.Of(planned, Changed(isChanged)).Select(group => ChangeAsync([.. group], places, cancellationToken)).ToArray()).ConfigureAwait(false);
            await RemoveAsync([.. running.Where(instance => !planned.Any(plugin => IsNamed(plugin, instance.Id)))]).ConfigureAwait(false);
        }
        finally
        {
            // As if it had been one after the other, so that whoever reads them sees the same each time.
            Started.Sort((left, right) => PlaceOf(left.Plan).CompareTo(PlaceOf(right.Plan)));
            Failures.Sort((left, right) => PlaceOf(left.Plugin).CompareTo(PlaceOf(right.Plugin)));
            Retired.Sort((left, right) => PlaceOf(running, left).CompareTo(PlaceOf(running, right)));
        }
    }

    public void Dispose() => committing.Dispose();

    private int PlaceOf(PlannedPlugin plugin) => plan.TakeWhile(other => other != plugin).Count();

    private static int PlaceOf(IReadOnlyList<PluginInstance> running, PluginInstance instance) => running.TakeWhile(other => other != instance).Count();

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

    private async Task ChangeAsync(List<PlannedPlugin> group, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        while (group.Count > 0)
        {
            var fresh = new List<PluginInstance>();
            List<PlannedPlugin> failed;
            try
            {
                failed = await StartAsync(group, fresh, places, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await DiscardAsync(group, fresh).ConfigureAwait(false);
                throw;
            }

            if (failed.Count == 0)
            {
                if (await CommitAsync(group, fresh).ConfigureAwait(false) is not { } refused)
                {
                    return;
                }

                failed.Add(refused);
            }

            await DiscardAsync(group, fresh).ConfigureAwait(false);
            failed.ForEach(plugin => PluginGroups.Shrink(group, plugin.Id, id => before.GetValueOrDefault(id)?.Plan));
        }
    }

    private async Task DiscardAsync(List<PlannedPlugin> group, List<PluginInstance> fresh)
    {
        foreach (var instance in fresh.OrderByDescending(instance => group.IndexOf(instance.Plan)))
        {
            await discard(instance).ConfigureAwait(false);
        }
    }

    private async Task<List<PlannedPlugin>> StartAsync(List<PlannedPlugin> group, List<PluginInstance> fresh, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        var failed = new List<PlannedPlugin>();
        await PluginOrder.RunAsync(group, places, async plugin =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var instance = create(plugin);
            List<LoadedPlugin> used;
            lock (gate)
            {
                if (plugin.Dependencies.Any(id => failed.Exists(other => IsNamed(other, id))))
                {
                    // It goes with the one that it uses.
                    failed.Add(plugin);
                    return;
                }

                fresh.Add(instance);
                used = [.. plugin.Dependencies.Select(id => (fresh.Find(other => IsNamed(other.Plan, id)) ?? before.GetValueOrDefault(id))?.Loaded).OfType<LoadedPlugin>()];
            }

            try
            {
                await instance.LoadAsync(used, cancellationToken).ConfigureAwait(false);
                await instance.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SiraException exception)
            {
                lock (gate)
                {
                    failed.Add(plugin);
                    Failures.Add((plugin, exception));
                }
            }
        }).ConfigureAwait(false);
        return failed;
    }

    private async Task<PlannedPlugin?> CommitAsync(List<PlannedPlugin> group, List<PluginInstance> fresh)
    {
        await committing.WaitAsync().ConfigureAwait(false);
        try
        {
            using var change = catalogue.Prepare([.. Ordered(fresh).Select(static instance => instance.Contributor).OfType<Contributor>()]);
            await change.CommitAsync().ConfigureAwait(false);
            lock (gate)
            {
                foreach (var instance in fresh)
                {
                    if (current.Remove(instance.Id, out var replaced))
                    {
                        Retired.Add(replaced);
                    }

                    current.Add(instance.Id, instance);
                    Started.Add(instance);
                }
            }

            return null;
        }
#pragma warning disable CA1031 // Whatever a plugin's factories throw is that plugin's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Who of several it was, nobody can tell; the one that the others use goes, and they with it.
            lock (gate)
            {
                Failures.Add((group[0], exception));
            }

            return group[0];
        }
        finally
        {
            committing.Release();
        }
    }

    private async Task RemoveAsync(IReadOnlyList<PluginInstance> leaving)
    {
        if (leaving.Count == 0 || await TryRemoveAsync(leaving).ConfigureAwait(false) is not { } exception)
        {
            return;
        }

        if (leaving.Count == 1)
        {
            Failures.Add((leaving[0].Plan, exception));
            return;
        }

        // The host's configuration counts on one of them, which stays until it does not; the others need not.
        foreach (var instance in leaving.Reverse().Where(instance => current.ContainsKey(instance.Id)))
        {
            if (await TryRemoveAsync(PluginGroups.WithUsers(instance, leaving.Where(other => current.ContainsKey(other.Id)))).ConfigureAwait(false) is { } objection)
            {
                Failures.Add((instance.Plan, objection));
            }
        }
    }

    private async Task<SiraException?> TryRemoveAsync(IReadOnlyList<PluginInstance> leaving)
    {
        var staying = Ordered().Except(leaving).ToList();
        try
        {
            using var change = catalogue.Prepare([.. staying.Select(static instance => instance.Contributor).OfType<Contributor>()]);
            await change.CommitAsync().ConfigureAwait(false);
        }
        catch (SiraException exception)
        {
            return exception;
        }

        foreach (var instance in leaving)
        {
            current.Remove(instance.Id);
            Retired.Add(instance);
        }

        return null;
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
