using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging;
using Sira.Kernel.Time;
using Sira.Plugins.Configuration;
using Sira.Plugins.Isolation;
using Sira.Plugins.Planning;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>Runs the plugins.</summary>
internal sealed class PluginHost : IPluginHost, IContributorSource, IAsyncDisposable, IDisposable
{
    private readonly SemaphoreSlim operations = new(1, 1);
    private readonly HashSet<string> held = new(StringComparer.OrdinalIgnoreCase);
    private readonly PluginConfiguration configuration;
    private readonly IPluginSource[] sources;
    private readonly PluginServices services;
    private readonly IServiceProvider host;
    private readonly TimeProvider time;
    private readonly ILogger<PluginHost> logger;
    private readonly PluginRoster roster;
    private readonly UnloadWatch unloads;
    private readonly PluginSupervisor supervisor;
    private PluginOptions options = new();
    private IReadOnlyList<string> known = [];
    private bool closed;

    public PluginHost(PluginConfiguration configuration, IEnumerable<IPluginSource> sources, PluginServices services, IServiceProvider host, TimeProvider time, IRandomSource random, IMessageBus bus, ILogger<PluginHost> logger)
    {
        (this.configuration, this.sources, this.services, this.host, this.time, this.logger) = (configuration, [.. sources], services, host, time, logger);
        roster = new PluginRoster(bus, logger);
        unloads = new UnloadWatch(time, bus, logger);
        supervisor = new PluginSupervisor(this, roster, unloads, time, random, logger);
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

        var loaded = new List<PluginInstance>();
        foreach (var plugin in plan.Plugins)
        {
            var instance = Create(plugin);
            try
            {
                if (plugin.Dependencies.FirstOrDefault(id => !loaded.Exists(other => string.Equals(other.Id, id, StringComparison.OrdinalIgnoreCase))) is { } lost)
                {
                    throw new PluginException(plugin.Id, $"The plugin '{plugin.Id}' uses '{lost}', which cannot be loaded.");
                }

                // Whoever asks for the first client asks for it synchronously. The call itself runs elsewhere, so nothing can wait for this thread.
                instance.LoadAsync([.. loaded.Where(other => plugin.Dependencies.Contains(other.Id, StringComparer.OrdinalIgnoreCase)).Select(static other => other.Loaded!)], CancellationToken.None).GetAwaiter().GetResult();
                loaded.Add(instance);
            }
            catch (PluginException exception)
            {
                roster.Failed(plugin, exception);
                DiscardAsync(instance).GetAwaiter().GetResult();
                if (plugin.Plugin.IsRequired)
                {
                    throw;
                }
            }
        }

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
        DiscardAsync(excluded).GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Starts what <see cref="Load"/> has loaded, and the supervision.</summary>
    /// <exception cref="PluginException">A plugin that is part of the host does not start.</exception>
    public async Task StartLoadedAsync(CancellationToken cancellationToken)
    {
        // Asked for so that the plugins are loaded even where nobody has asked for a client yet.
        _ = Catalogue;
        await operations.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var instance in roster.Running.Where(static instance => instance.State == PluginState.Loaded))
            {
                try
                {
                    await instance.StartAsync(cancellationToken).ConfigureAwait(false);
                    roster.Started(instance);
                }
                catch (PluginException exception)
                {
                    roster.Failed(instance.Plan, exception);
                    if (instance.Plan.Plugin.IsRequired)
                    {
                        throw;
                    }

                    supervisor.Report(instance.Plan, exception);
                }
            }
        }
        finally
        {
            operations.Release();
        }

        supervisor.Start(configuration.GetChangeToken, sources);
    }

    public async Task<PluginRefresh> RefreshAsync(CancellationToken cancellationToken = default) =>
        await ExclusivelyAsync(() => RefreshAsync(replaced: null, cancellationToken), cancellationToken).ConfigureAwait(false);

    public async Task StartAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        await ExclusivelyAsync(async () =>
        {
            held.Remove(id);
            var refresh = await RefreshAsync(replaced: null, cancellationToken).ConfigureAwait(false);
            return roster.Find(id) is null ? throw NotRunning(id, refresh) : refresh;
        }, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        await ExclusivelyAsync(async () =>
        {
            _ = roster.Find(id) ?? throw Unknown(id);
            held.Add(id);
            var refresh = await RefreshAsync(replaced: null, cancellationToken).ConfigureAwait(false);
            if (roster.Find(id) is not null)
            {
                held.Remove(id);
                throw new PluginException(id, $"The plugin '{id}' cannot be stopped: {string.Join(" ", refresh.Problems)}");
            }

            return refresh;
        }, cancellationToken).ConfigureAwait(false);
    }

    public async Task RestartAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        await ExclusivelyAsync(async () =>
        {
            var before = roster.Find(id);
            var refresh = await RefreshAsync(id, cancellationToken).ConfigureAwait(false);
            return roster.Find(id) is { } after && after != before ? refresh : throw NotRunning(id, refresh);
        }, cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> WaitForUnloadAsync(CancellationToken cancellationToken = default) => unloads.WaitAsync(cancellationToken);

    /// <summary>Takes a plugin out of use because it fails again and again, if nobody counts on it.</summary>
    public async Task QuarantineAsync(PlannedPlugin plugin, int failures, Exception exception)
    {
        await ExclusivelyAsync(async () =>
        {
            held.Add(plugin.Id);
            var refresh = await RefreshAsync(replaced: null, CancellationToken.None).ConfigureAwait(false);
            roster.Quarantined(plugin, failures, exception);
            return refresh;
        }, CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        await operations.WaitAsync().ConfigureAwait(false);
        try
        {
            closed = true;
            var ending = roster.Running;
            roster.Set([]);
            foreach (var instance in ending.Reverse())
            {
                roster.Stopping(instance);
                await EndAsync(instance, "the host stops").ConfigureAwait(false);
            }
        }
        finally
        {
            operations.Release();
        }
    }

    // For containers that are disposed of synchronously; plugins are called on other threads, so nothing can wait for this one.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private PluginPlan Plan(ConfigurationErrors errors)
    {
        options = configuration.Load(errors);
        errors.ThrowIfAny();
        supervisor.Configure(options);
        var available = sources.SelectMany(source => source.Discover(errors)).ToList();
        var plan = new PluginPlanner(services.PermissionKinds, configuration.Path).Plan(available, options, held, IsRunning, errors);
        known = [.. available.Select(static plugin => plugin.Manifest.Id)];
        roster.Refused(plan.Refused);

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
        var transition = new PluginTransition(Catalogue, Create, DiscardAsync);
        try
        {
            await transition.RunAsync(roster.Running, plan.Plugins, IsChanged, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also when it was cancelled half-way: what is in use is in use.
            roster.Set(transition.Running);
            transition.Started.ForEach(roster.Started);
            await RetireAsync(transition.Retired).ConfigureAwait(false);
            roster.Retain(known);
        }

        roster.ForgetObjections();
        foreach (var (plugin, exception) in transition.Failures)
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

        return new PluginRefresh(
            [.. transition.Started.Select(static instance => instance.Plan.Plugin.Manifest.ToString())],
            [.. transition.Retired.Select(static instance => instance.Plan.Plugin.Manifest.ToString())],
            [.. errors.Items.Select(static error => error.ToString()), .. plan.Refused.Select(static refused => refused.Reason), .. transition.Failures.Select(static failure => failure.Exception.Message)]);

        bool IsChanged(PluginInstance instance, PlannedPlugin planned) =>
            string.Equals(instance.Id, replaced, StringComparison.OrdinalIgnoreCase) || !instance.IsSame(planned, options.ItemOf(planned.Id));
    }

    private bool IsRunning(AvailablePlugin plugin) =>
        roster.Find(plugin.Manifest.Id)?.Plan.Plugin is { } current && current.Manifest.Identity == plugin.Manifest.Identity && current.ContentId == plugin.ContentId;

    private PluginInstance Create(PlannedPlugin plugin) =>
        new(plugin, options.ItemOf(plugin.Id), options, services, time, supervisor.Report);

    private async Task RetireAsync(List<PluginInstance> retired)
    {
        if (retired.Count == 0)
        {
            return;
        }

        retired.ForEach(roster.Stopping);
        using (var patience = new CancellationTokenSource(options.DrainTimeout, time))
        {
            try
            {
                await Catalogue.QuiesceAsync(patience.Token).ConfigureAwait(false);
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

        // Who uses a plugin ends before it.
        for (var i = retired.Count - 1; i >= 0; i--)
        {
            await EndAsync(retired[i], held.Contains(retired[i].Id) ? "it was stopped" : null).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(PluginInstance instance, string? reason)
    {
        await DiscardAsync(instance).ConfigureAwait(false);
        if (roster.Find(instance.Id) is null)
        {
            roster.Ended(instance, reason);
        }
    }

    private async Task DiscardAsync(PluginInstance instance)
    {
        var failures = new List<Exception>();
        var unload = await instance.EndAsync(failures).ConfigureAwait(false);
        unloads.Add(instance.Id, instance.Plan.Plugin.Manifest.Version.ToNormalizedString(), unload, options);
        failures.ForEach(failure => logger.NotEndedCleanly(failure, instance.Id));
        instance.Dispose();
    }

    private PluginException NotRunning(string id, PluginRefresh refresh) => refresh.Problems.Count > 0
        ? new PluginException(id, $"The plugin '{id}' does not run: {string.Join(" ", refresh.Problems)}")
        : Unknown(id);

    private PluginException Unknown(string id) =>
        new(id, $"There is no plugin '{id}'. {UnknownName.Suggest("plugin", id, roster.Statuses.Select(static status => status.Id))}");

    private async Task<T> ExclusivelyAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        await operations.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(IPluginHost));
            return await operation().ConfigureAwait(false);
        }
        finally
        {
            operations.Release();
        }
    }
}
