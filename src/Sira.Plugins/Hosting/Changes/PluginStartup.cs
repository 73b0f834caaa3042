using System.Collections.Concurrent;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting.Changes;

/// <summary>Loads and starts the plugins that are there when the host starts. Those that do not use one another do so at the same time, so that one that hangs costs its own time limit and nobody else's.</summary>
internal sealed class PluginStartup(PluginRoster roster, PluginRetirement retirement, Func<PlannedPlugin, PluginInstance> create, Action<PlannedPlugin, Exception> report)
{
    private readonly ConcurrentDictionary<string, (PlannedPlugin Plugin, PluginException Exception)> notLoaded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Loads plugins.</summary>
    /// <returns>Those that could be, in the order of the plan.</returns>
    /// <exception cref="PluginException">One that is part of the host cannot be.</exception>
    public async Task<IReadOnlyList<PluginInstance>> LoadAsync(IReadOnlyList<PlannedPlugin> plan)
    {
        var loaded = new ConcurrentDictionary<string, PluginInstance>(StringComparer.OrdinalIgnoreCase);
        using var places = new SemaphoreSlim(PluginOrder.MostAtOnce);
        await PluginOrder.RunAsync(plan, places, async plugin =>
        {
            var instance = create(plugin);
            try
            {
                await instance.LoadAsync([.. plugin.Dependencies.Select(id => Used(plugin, id, loaded))], CancellationToken.None).ConfigureAwait(false);
                loaded[plugin.Id] = instance;
            }
            catch (PluginException exception)
            {
                notLoaded[plugin.Id] = (plugin, exception);
                roster.Failed(plugin, exception);
                await retirement.DiscardAsync(instance).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);

        PluginInstance[] present = [.. plan.Select(plugin => loaded.GetValueOrDefault(plugin.Id)).OfType<PluginInstance>()];
        if (plan.FirstOrDefault(plugin => plugin.Plugin.IsRequired && notLoaded.ContainsKey(plugin.Id)) is { } lacking)
        {
            foreach (var instance in present.Reverse())
            {
                await retirement.DiscardAsync(instance).ConfigureAwait(false);
            }

            throw notLoaded[lacking.Id].Exception;
        }

        return present;
    }

    /// <summary>Starts the plugins that are loaded, and takes out of use those that do not start.</summary>
    /// <exception cref="PluginException">One that is part of the host does not start.</exception>
    public async Task StartAsync(ContributionCatalogue catalogue, CancellationToken cancellationToken)
    {
        var failed = new ConcurrentDictionary<string, PluginException>(StringComparer.OrdinalIgnoreCase);
        PluginInstance[] starting = [.. roster.Running.Where(static instance => instance.State == PluginState.Loaded)];
        using (var places = new SemaphoreSlim(PluginOrder.MostAtOnce))
        {
            await PluginOrder.RunAsync([.. starting.Select(static instance => instance.Plan)], places, async plugin =>
            {
                var instance = Array.Find(starting, other => other.Plan == plugin)!;
                try
                {
                    if (plugin.Dependencies.FirstOrDefault(failed.ContainsKey) is { } used)
                    {
                        throw new PluginException(plugin.Id, $"The plugin '{plugin.Id}' uses '{used}', which did not start.");
                    }

                    await instance.StartAsync(cancellationToken).ConfigureAwait(false);
                    roster.Started(instance);
                }
                catch (PluginException exception)
                {
                    failed[plugin.Id] = exception;
                }
            }).ConfigureAwait(false);
        }

        if (Array.Find(starting, instance => instance.Plan.Plugin.IsRequired && failed.ContainsKey(instance.Id)) is { } lacking)
        {
            roster.Failing(lacking, PluginState.Faulted, failed[lacking.Id].Message);
            throw failed[lacking.Id];
        }

        // Those that others use first: they leave together.
        foreach (var instance in starting.Where(instance => failed.ContainsKey(instance.Id) && !instance.Plan.Dependencies.Any(failed.ContainsKey)))
        {
            await TakeOutAsync(catalogue, instance, failed).ConfigureAwait(false);
        }

        foreach (var (plugin, exception) in notLoaded.Values)
        {
            report(plugin, exception);
        }

        notLoaded.Clear();
    }

    private async Task TakeOutAsync(ContributionCatalogue catalogue, PluginInstance instance, ConcurrentDictionary<string, PluginException> failed)
    {
        var leaving = PluginGroups.WithUsers(instance, roster.Running);
        var staying = roster.Running.Except(leaving).ToList();
        try
        {
            using var change = catalogue.Prepare([.. staying.Select(static other => other.Contributor!)]);
            await change.CommitAsync().ConfigureAwait(false);
        }
        catch (SiraException objection)
        {
            // The host cannot be without it; what it contributes may work all the same, and it is tried again.
            foreach (var other in leaving)
            {
                roster.Failing(other, PluginState.Faulted, $"{Sentence.End(failed[other.Id].Message)} It is in use, as the host counts on it: {objection.Message}");
            }

            report(instance.Plan, failed[instance.Id]);
            return;
        }

        roster.Set(staying);
        foreach (var other in leaving)
        {
            roster.Failed(other.Plan, failed[other.Id]);
        }

        await retirement.DrainAsync(leaving).ConfigureAwait(false);
        foreach (var other in leaving.Reverse())
        {
            await retirement.DiscardAsync(other).ConfigureAwait(false);
        }

        report(instance.Plan, failed[instance.Id]);
    }

    private static LoadedPlugin Used(PlannedPlugin plugin, string id, ConcurrentDictionary<string, PluginInstance> loaded) =>
        loaded.GetValueOrDefault(id)?.Loaded ?? throw new PluginException(plugin.Id, $"The plugin '{plugin.Id}' uses '{id}', which cannot be loaded.");
}
