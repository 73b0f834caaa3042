using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Kernel.Messaging;
using Sira.Kernel.Time;
using Sira.Plugins.Configuration;
using Sira.Plugins.Hosting.Changes;
using Sira.Plugins.Hosting.Supervision;
using Sira.Plugins.Isolation;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>Runs the plugins.</summary>
internal sealed class PluginHost : IPluginHost, IContributorSource, IAsyncDisposable, IDisposable
{
    private const string StoppedByHand = "it was stopped";

    private readonly OperationTurns turns = new();
    private readonly HashSet<string> held = new(StringComparer.OrdinalIgnoreCase);
    private readonly PluginQuarantine quarantine = new();
    private readonly PluginConfiguration configuration;
    private readonly IPluginSource[] sources;
    private readonly PluginServices services;
    private readonly IServiceProvider host;
    private readonly TimeProvider time;
    private readonly ILogger<PluginHost> logger;
    private readonly PluginRoster roster;
    private readonly UnloadWatch unloads;
    private readonly PluginSupervisor supervisor;
    private readonly PluginRetirement retirement;
    private readonly PluginStartup startup;
    private PluginOptions options = new();
    private IReadOnlyList<string> known = [];
    private IReadOnlyList<PlannedPlugin> planned = [];
    private bool closed;

    public PluginHost(PluginConfiguration configuration, IEnumerable<IPluginSource> sources, PluginServices services, IServiceProvider host, TimeProvider time, IRandomSource random, IMessageBus bus, ILogger<PluginHost> logger)
    {
        (this.configuration, this.sources, this.services, this.host, this.time, this.logger) = (configuration, [.. sources], services, host, time, logger);
        roster = new PluginRoster(bus, logger);
        unloads = new UnloadWatch(time, bus, logger);
        supervisor = new PluginSupervisor(this, roster, unloads, time, random, logger);
        retirement = new PluginRetirement(roster, unloads, () => Catalogue, time, logger);
        startup = new PluginStartup(roster, retirement, Create, supervisor.Report);
    }

    public IReadOnlyList<PluginStatus> Plugins => roster.Statuses;

    public int Unloading => unloads.Count;

    private ContributionCatalogue Catalogue => host.GetRequiredService<ContributionCatalogue>();

    /// <summary>Loads the plugins that are there from the beginning, so that the first configuration that is built knows what they contribute. They are started by <see cref="StartLoadedAsync"/>.</summary>
    /// <exception cref="SiraConfigurationException">The section of the plugins has mistakes.</exception>
    /// <exception cref="PluginException">A plugin that is part of the host cannot be loaded.</exception>
    public IReadOnlyList<Contributor> Load()
    {
        var errors = new ConfigurationErrors();
        var plan = Plan(errors);
        if (plan.Lacking is [var lacking, ..])
        {
            IEnumerable<string> reasons = [.. plan.Refused.Where(refused => refused.Plugin == lacking).Select(static refused => refused.Reason), .. errors.Items.Select(static error => error.ToString())];
            throw new PluginException(lacking.Manifest.Id, $"The plugin {lacking.Manifest} is part of the host, by {lacking.Origin}, and cannot run. {string.Join(" ", reasons)}");
        }

        // Whoever asks for the first client asks for it synchronously. Plugins are called on other threads, so nothing can wait for this one.
        var loaded = startup.LoadAsync(plan.Plugins).GetAwaiter().GetResult();
        roster.Set(loaded);
        return [.. loaded.Select(static instance => instance.Contributor!)];
    }

    /// <inheritdoc />
    public bool TryExclude(Contributor contributor, Exception reason)
    {
        if (roster.Running.FirstOrDefault(instance => instance.Contributor == contributor) is not { Plan.Plugin.IsRequired: false } excluded)
        {
            return false;
        }

        roster.Set([.. roster.Running.Where(instance => instance != excluded)]);
        roster.Failed(excluded.Plan, reason);
        retirement.DiscardAsync(excluded).GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Starts what <see cref="Load"/> has loaded, and the supervision.</summary>
    /// <exception cref="PluginException">A plugin that is part of the host does not start.</exception>
    public async Task StartLoadedAsync(CancellationToken cancellationToken)
    {
        // Asked for so that the plugins are loaded even where nobody has asked for a client yet.
        var catalogue = Catalogue;
        await turns.RunWholeAsync(() => startup.StartAsync(catalogue, cancellationToken), cancellationToken).ConfigureAwait(false);
        supervisor.Start(configuration.GetChangeToken, sources);
    }

    public Task<PluginRefresh> RefreshAsync(CancellationToken cancellationToken = default) =>
        InTurnAsync(token => RefreshAsync(replaced: null, token), cancellationToken);

    public async Task StartAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        await InTurnAsync(async token =>
        {
            held.Remove(id);
            quarantine.Release(id);

            // One that fails and is in use all the same is to begin anew.
            var refresh = await RefreshAsync(roster.Find(id) is { State: PluginState.Degraded } ? id : null, token).ConfigureAwait(false);
            return roster.Find(id) is null or { State: PluginState.Degraded } ? throw NotRunning(id, refresh) : refresh;
        }, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);

        // What is on its way in may hang until its time is up.
        await turns.RunFirstAsync(() => StopInTurnAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async Task RestartAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        await InTurnAsync(async token =>
        {
            quarantine.Release(id);
            var before = roster.Find(id);
            var refresh = await RefreshAsync(id, token).ConfigureAwait(false);
            return roster.Find(id) is { } after && after != before ? refresh : throw NotRunning(id, refresh);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a version of a plugin that has failed anew, if it is still the one to run.</summary>
    /// <returns>Whether it runs again; <see langword="false"/> when it was stopped, or another version has taken its place.</returns>
    /// <exception cref="PluginException">It does not start.</exception>
    public Task<bool> ReviveAsync(PlannedPlugin plugin, CancellationToken cancellationToken) => InTurnAsync(async token =>
    {
        var before = roster.Find(plugin.Id);
        if (held.Contains(plugin.Id) || (before is not null && !IsVersion(before.Plan, plugin)))
        {
            return false;
        }

        var refresh = await RefreshAsync(plugin.Id, token).ConfigureAwait(false);
        return roster.Find(plugin.Id) is { } after && after != before ? IsVersion(after.Plan, plugin)
            : planned.Any(other => IsVersion(other, plugin)) ? throw NotRunning(plugin.Id, refresh)
            : false;
    }, cancellationToken);

    /// <summary>Takes a version of a plugin out of use because it fails again and again, if nobody counts on it, and goes back to another version where there is one.</summary>
    public Task QuarantineAsync(PlannedPlugin plugin, int failures, Exception exception) => InTurnAsync(token =>
    {
        quarantine.Add(plugin.Plugin, $"It failed {(failures == 1 ? "once" : $"{failures} times in a row")}: {Sentence.End(exception.Message)}");
        return RefreshAsync(replaced: null, token);
    }, CancellationToken.None);

    public Task<bool> WaitForUnloadAsync(CancellationToken cancellationToken = default) => unloads.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        await turns.RunFirstAsync(async () =>
        {
            closed = true;
            var ending = roster.Running;
            roster.Set([]);
            foreach (var instance in ending.Reverse())
            {
                roster.Stopping(instance);
                await retirement.EndAsync(instance, "the host stops").ConfigureAwait(false);
            }
        }, CancellationToken.None).ConfigureAwait(false);
    }

    // For containers that are disposed of synchronously; plugins are called on other threads, so nothing can wait for this one.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static bool IsVersion(PlannedPlugin left, PlannedPlugin right) =>
        left.Plugin.Manifest.Identity == right.Plugin.Manifest.Identity && left.Plugin.ContentId == right.Plugin.ContentId;

    private PluginPlan Plan(ConfigurationErrors errors)
    {
        options = configuration.Load(errors);
        services.PermissionKinds.Check(options, configuration.Path, errors);
        errors.ThrowIfAny();
        supervisor.Configure(options);
        retirement.Configure(options);
        var available = sources.SelectMany(source => source.Discover(errors)).ToList();
        roster.Unreadable(UnreadablePackages.Among(errors));
        quarantine.Retain(available);
        var plan = new PluginPlanner(services.PermissionKinds, configuration.Path).Plan(available, options, new PlanningState(held, quarantine, IsRunning), errors);
        known = [.. available.Select(static plugin => plugin.Manifest.Id)];
        roster.Refused(plan.Refused);
        planned = plan.Plugins;

        // A package that cannot be read is nobody's fault but its own; the others run, and the host.
        foreach (var error in errors.Items)
        {
            logger.Mistake(error.ToString());
        }

        return plan;
    }

    private async Task<PluginRefresh> RefreshAsync(string? replaced, CancellationToken cancellationToken)
    {
        var errors = new ConfigurationErrors();
        var plan = Plan(errors);
        return await ChangeAsync(plan, plan.Plugins, errors, IsChanged, cancellationToken).ConfigureAwait(false);

        bool IsChanged(PluginInstance instance, PlannedPlugin planned) =>
            string.Equals(instance.Id, replaced, StringComparison.OrdinalIgnoreCase) || !instance.IsSame(planned, options.ItemOf(planned.Id));
    }

    // Takes away and starts nothing, so that nothing can hold it up but what is taken away.
    private async Task StopInTurnAsync(string id, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(closed, typeof(IPluginHost));
        if (roster.Find(id) is null && !known.Contains(id, StringComparer.OrdinalIgnoreCase))
        {
            throw Unknown(id);
        }

        var isRunning = roster.Find(id) is not null;
        held.Add(id);
        try
        {
            await TakeAwayAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            held.Remove(id);
            throw;
        }

        if (!isRunning)
        {
            roster.Held(id, StoppedByHand);
        }
    }

    private async Task TakeAwayAsync(string id, CancellationToken cancellationToken)
    {
        var errors = new ConfigurationErrors();
        var plan = Plan(errors);
        var gone = roster.Running.Where(instance => !plan.Plugins.Any(plugin => string.Equals(plugin.Id, instance.Id, StringComparison.OrdinalIgnoreCase)));
        var leaving = gone.SelectMany(instance => PluginGroups.WithUsers(instance, roster.Running)).Select(static instance => instance.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var staying = roster.Running.Select(static instance => instance.Plan).Where(plugin => !leaving.Contains(plugin.Id));
        var refresh = await ChangeAsync(plan, [.. staying], errors, static (_, _) => false, cancellationToken).ConfigureAwait(false);
        if (roster.Find(id) is not null)
        {
            throw new PluginException(id, $"The plugin '{id}' cannot be stopped: {string.Join(" ", refresh.Problems)}");
        }

        if (plan.Plugins.Any(plugin => leaving.Contains(plugin.Id)))
        {
            // One of those that used it can run with something else.
            supervisor.Refresh();
        }
    }

    private async Task<PluginRefresh> ChangeAsync(PluginPlan plan, IReadOnlyList<PlannedPlugin> wanted, ConfigurationErrors errors, Func<PluginInstance, PlannedPlugin, bool> isChanged, CancellationToken cancellationToken)
    {
        using var transition = new PluginTransition(Catalogue, Create, retirement.DiscardAsync);
        try
        {
            await transition.RunAsync(roster.Running, wanted, isChanged, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also when it was cancelled half-way: what is in use is in use.
            roster.Set(transition.Running);
            transition.Started.ForEach(roster.Started);

            // What failed before it came into use was in nobody's way yet.
            transition.Started.Where(static instance => instance.Fault is not null).ToList().ForEach(instance => supervisor.Report(instance, instance.Fault!));
            NoteReplaced(transition.Retired);
            await retirement.RetireAsync(transition.Retired, id => held.Contains(id) ? StoppedByHand : null).ConfigureAwait(false);
            roster.Retain(known);
        }

        roster.ForgetObjections();
        var failures = transition.Failures.Where(failure => !IsGivenUp(failure.Plugin)).ToList();
        foreach (var (plugin, exception) in failures)
        {
            if (roster.Find(plugin.Id) is { } running)
            {
                roster.Kept(running, exception);
                continue;
            }

            roster.Failed(plugin, exception);

            // What the host refuses, it would refuse again; what did not start may start later.
            if (exception is PluginException)
            {
                supervisor.Report(plugin, exception);
            }
        }

        if (ReferenceEquals(wanted, plan.Plugins))
        {
            roster.Waiting([.. wanted.Where(plugin => roster.Find(plugin.Id) is null && !failures.Exists(failure => failure.Plugin == plugin)).Select(plugin => (plugin, WhyWaiting(plugin)))]);
        }

        var givenUp = plan.Quarantined.Select(plugin => TellOfQuarantine(plugin, transition)).OfType<string>().ToList();
        return new PluginRefresh(
            [.. transition.Started.Select(static instance => instance.Plan.Plugin.Manifest.ToString())],
            [.. transition.Retired.Select(static instance => instance.Plan.Plugin.Manifest.ToString())],
            [.. errors.Items.Select(static error => error.ToString())
                .Concat(plan.Refused.Select(static refused => refused.Reason))
                .Concat(failures.Select(static failure => failure.Exception.Message))
                .Concat(givenUp)
                .Distinct(StringComparer.Ordinal)]);
    }

    private void NoteReplaced(List<PluginInstance> retired)
    {
        foreach (var instance in retired.Where(instance => instance.Fault is null && roster.Find(instance.Id) is { } now && !IsVersion(now.Plan, instance.Plan)))
        {
            quarantine.Replaced(instance.Plan.Plugin);
        }
    }

    private string WhyWaiting(PlannedPlugin plugin)
    {
        string[] lacking = [.. plugin.Dependencies.Where(id => roster.Find(id) is null).Select(static id => $"'{id}'")];
        return lacking.Length == 0 ? "A plugin that changes together with it failed." : $"It uses {string.Join(", ", lacking)}, which does not run.";
    }

    // One that is to leave because it failed too often, and cannot: that is no mistake of the configuration that counts on it.
    private bool IsGivenUp(PlannedPlugin plugin) => quarantine.Contains(plugin.Plugin);

    // Nothing where a newer version runs: the failed one has been replaced.
    private string? TellOfQuarantine(AvailablePlugin plugin, PluginTransition transition)
    {
        var reason = quarantine.ReasonOf(plugin)!;
        if (roster.Find(plugin.Manifest.Id) is not { } running)
        {
            roster.Quarantined(plugin, reason);
        }
        else if (IsRunning(plugin))
        {
            var objection = transition.Failures.Find(failure => failure.Plugin == running.Plan).Exception?.Message;
            roster.Failing(running, PluginState.Degraded, $"{reason} It is in use, as the host counts on it{(objection is null ? "." : $": {objection}")}");
            return $"{plugin.Manifest} fails and is in use. {running.Reason}";
        }
        else if (running.Plan.Plugin.Manifest.Version > plugin.Manifest.Version)
        {
            return null;
        }
        else
        {
            roster.Remark(plugin.Manifest.Id, $"{plugin.Manifest} is in quarantine. {reason}");
        }

        return $"{plugin.Manifest} is in quarantine. {reason} Start it by hand, or replace it.";
    }

    private bool IsRunning(AvailablePlugin plugin) =>
        roster.Find(plugin.Manifest.Id)?.Plan.Plugin is { } current && current.Manifest.Identity == plugin.Manifest.Identity && current.ContentId == plugin.ContentId;

    private PluginInstance Create(PlannedPlugin plugin) =>
        new(plugin, options.ItemOf(plugin.Id), options, services, time, supervisor.Report);

    private PluginException NotRunning(string id, PluginRefresh refresh) => refresh.Problems.Count > 0
        ? new PluginException(id, $"The plugin '{id}' does not run: {string.Join(" ", refresh.Problems)}")
        : Unknown(id);

    private PluginException Unknown(string id) =>
        new(id, $"There is no plugin '{id}'. {UnknownName.Suggest("plugin", id, roster.Statuses.Select(static status => status.Id))}");

    private Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken) => turns.RunAsync(
        token =>
        {
            ObjectDisposedException.ThrowIf(closed, typeof(IPluginHost));
            return operation(token);
        },
        cancellationToken);
}
