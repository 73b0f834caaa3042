using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration.Settings;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>The configuration of this process with its history, in memory.</summary>
/// <remarks>Reads the host's section once for each version, so that everything is built from settings of one instant however often the host's change meanwhile. Thread-safe.</remarks>
public sealed partial class SiraConfiguration : ISiraConfiguration, IDisposable
{
    private readonly ChangeQueue changes = new();
    private readonly ChangeSignalQueue signals = new();
    private readonly SiraConfigurationSection section;
    private readonly ConfigurationJudge judge;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private ChangeSignal signal = new();
    private IConfigurationConsumer? consumer;
    private IDisposable? watch;
    private int reloadPending;

    // All of these change inside the queue only.
    private volatile ConfigurationState? state;
    private ConfigurationVersion? current;
    private long last;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="section">The host's section.</param>
    /// <param name="time">The clock.</param>
    /// <param name="validators">Checks of the host's own.</param>
    /// <param name="options">How much is kept; <see langword="null"/> means the defaults.</param>
    /// <param name="logger">Where versions are logged; <see langword="null"/> means nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public SiraConfiguration(SiraConfigurationSection section, TimeProvider time, IEnumerable<IConfigurationValidator>? validators = null, ConfigurationHistoryOptions? options = null, ILogger<SiraConfiguration>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(time);
        options ??= new ConfigurationHistoryOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(ConfigurationHistoryOptions), errors);
        errors.ThrowIfAny();
        (this.section, this.time, this.logger) = (section, time, logger ?? NullLogger<SiraConfiguration>.Instance);
        judge = new ConfigurationJudge(section, validators ?? [], options.ValidatorTimeout, time);
        History = new ConfigurationHistory(options.MaximumVersions, section.Path);
    }

    /// <inheritdoc />
    public ConfigurationVersion? Current => Volatile.Read(ref current);

    /// <inheritdoc />
    public IReadOnlyList<ConfigurationVersion> Versions => History.Versions;

    internal ConfigurationHistory History { get; }

    internal SiraConfigurationSection Section => section;

    internal IConfigurationConsumer? Consumer => consumer;

    internal ILogger Logger => logger;

    /// <summary>Gets by what the configuration in force differs from the host's.</summary>
    internal IReadOnlyList<KeyValuePair<string, string?>> Overlay => state?.GetDifference() ?? [];

    /// <summary>Builds the first version, and from then on another whenever the host's configuration changes. The gateway calls it; call it yourself to use the kernel alone.</summary>
    /// <param name="consumer">Who builds from the settings.</param>
    /// <param name="watched">Returns the token that tells of the next change; <see langword="null"/> means that of the section.</param>
    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(IConfigurationConsumer consumer, Func<IChangeToken?>? watched = null)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        if (Interlocked.CompareExchange(ref this.consumer, consumer, null) is not null)
        {
            throw new InvalidOperationException("The configuration has a consumer already. Start each SiraConfiguration once, and make another for another consumer.");
        }

        // Nothing else runs before there is a consumer, so the turn is free; and watched before it is read, so that no change falls between the two.
        _ = changes.EnterAsync(CancellationToken.None);
        try
        {
            watch = ChangeToken.OnChange(watched ?? (() => section.Host?.GetReloadToken()), OnHostChanged);
            var first = ConfigurationState.Of(ConfigurationSettings.Capture(section.Host));
            var view = View(first);
            using (section.Read(view))
            {
                consumer.Apply(1);
            }

            last = 1;
            Enter(new ConfigurationVersion(1, time.GetUtcNow(), ConfigurationSource.Start, "host", "start", ConfigurationVersionState.InForce, ConfigurationReport.Clean) { CanRollBack = true }, first, view);
        }
        catch
        {
            watch?.Dispose();
            this.consumer = null;
            throw;
        }
        finally
        {
            changes.Exit();
        }
    }

    /// <summary>Has the host's validators judge the first configuration, which <see cref="Start"/> could not wait for. The host calls it when it starts.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends when they have.</returns>
    /// <exception cref="SiraConfigurationException">They found mistakes.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        if (state is { } started)
        {
            var report = await judge.JudgeAsync(started.Settings, null, cancellationToken).ConfigureAwait(false);
            if (!report.IsValid)
            {
                throw new SiraConfigurationException(report.Errors);
            }
        }
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string?> GetSettings(long version) => History.GetSettings(version);

    /// <inheritdoc />
    public ConfigurationDiff Diff(long from, long to) => History.Diff(from, to);

    /// <inheritdoc />
    public async Task<ConfigurationReport> ValidateAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken = default)
    {
        var list = ChangeArguments.Check(changes);
        await this.changes.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await judge.JudgeAsync(InForce().With(list).Settings, consumer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Discard();
            this.changes.Exit();
        }
    }

    /// <inheritdoc />
    public Task<ConfigurationVersion> ApplyAsync(IReadOnlyDictionary<string, string?> changes, string actor, string reason, CancellationToken cancellationToken = default)
    {
        var list = ChangeArguments.Check(changes);
        return ChangeAsync(now => now.With(list), ConfigurationSource.Api, actor, reason, cancellationToken);
    }

    /// <inheritdoc />
    public Task<ConfigurationVersion> RollBackAsync(long version, string actor, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(now => now.BackTo(Restorable(version)), ConfigurationSource.RollBack, actor, reason, cancellationToken);

    /// <inheritdoc />
    public Task<ConfigurationVersion> ResetAsync(string actor, string reason, CancellationToken cancellationToken = default) =>
        ChangeAsync(_ => ConfigurationState.Of(ConfigurationSettings.Capture(section.Host)), ConfigurationSource.Reset, actor, reason, cancellationToken);

    /// <summary>Reads the host's configuration anew and builds again, also when it is the same: for changes of what is built beside it. A configuration with mistakes is logged and recorded, and changes nothing.</summary>
    /// <param name="reason">Why, for the history.</param>
    /// <returns>A task that ends when it is done; it does not fail.</returns>
    public async Task ReloadAsync(string reason = "the host's configuration changed")
    {
        try
        {
            await ChangeAsync(
                now =>
                {
                    Volatile.Write(ref reloadPending, 0);
                    return now.OnHost(ConfigurationSettings.Capture(section.Host));
                },
                ConfigurationSource.HostReload, "host", reason, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SiraConfigurationException)
        {
            // In log and history already.
        }
#pragma warning disable CA1031 // On the thread of a file watcher it would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Volatile.Write(ref reloadPending, 0);
            logger.ReloadFailed(exception);
        }
    }

    /// <summary>Builds again from the settings in force, because what is built beside them has changed, such as what plugins contribute.</summary>
    /// <param name="reason">Why, for the history.</param>
    /// <returns>A task that ends when it is done. Before the start there is nothing to do.</returns>
    /// <exception cref="SiraConfigurationException">The settings do not fit what is there now; what was in force stays.</exception>
    public Task RebuildAsync(string reason) => state is null ? Task.CompletedTask : ChangeAsync(static now => now, ConfigurationSource.Contributions, "host", reason, CancellationToken.None);

    /// <inheritdoc />
    public IChangeToken GetChangeToken() => Volatile.Read(ref signal);

    /// <summary>Follows the host's configuration no longer.</summary>
    public void Dispose() => watch?.Dispose();

    internal async Task<ConfigurationVersion> ChangeAsync(Func<ConfigurationState, ConfigurationState> propose, ConfigurationSource source, string actor, string reason, CancellationToken cancellationToken)
    {
        ChangeArguments.CheckNote(actor, nameof(actor));
        ChangeArguments.CheckNote(reason, nameof(reason));
        await changes.EnterAsync(cancellationToken).ConfigureAwait(false);
        ConfigurationVersion version;
        try
        {
            var next = propose(InForce());
            version = Draft(source, actor, reason);
            var report = await judge.JudgeAsync(next.Settings, consumer, cancellationToken).ConfigureAwait(false);
            version = Decide(version, next, report, source);
        }
        catch
        {
            Discard();
            throw;
        }
        finally
        {
            changes.Exit();
        }

        Tell();
        return version;
    }

    /// <summary>Takes over the versions of an earlier process, for reading.</summary>
    internal void ContinueAfter(long number) => last = Math.Max(last, number);

    private void OnHostChanged()
    {
        // One that waits reads what is there when its turn comes, so no further one need wait.
        if (Interlocked.Exchange(ref reloadPending, 1) == 0)
        {
            _ = ReloadAsync();
        }
    }

    private ConfigurationState InForce() => state ?? throw new InvalidOperationException("The configuration has not been started. Resolve ISira, or start the host, before changing it.");

    private IConfigurationSection? View(ConfigurationState of) => of.Settings.ToSection(section.Path, section.Host);

    private ConfigurationVersion Draft(ConfigurationSource source, string actor, string reason) =>
        new(++last, time.GetUtcNow(), source, actor, reason, ConfigurationVersionState.Rejected, ConfigurationReport.Clean);

    private ConfigurationState Restorable(long number)
    {
        var entry = History.Find(number);
        return entry is { Version.CanRollBack: true, State: { } earlier } ? earlier : throw new SiraConfigurationException([new ConfigurationError(
            section.Path,
            entry switch
            {
                { State: null } => $"version {number} was made by an earlier process, whose secrets were not written down.",
                { Version.State: ConfigurationVersionState.RollingOut } => $"version {number} is on trial and was not in force for all yet.",
                { Version.State: ConfigurationVersionState.Withdrawn } => $"version {number} was on trial and was withdrawn before it was in force.",
                _ => $"version {number} was rejected and was never in force.",
            },
            "Choose a version whose CanRollBack is true.")]);
    }

    private ConfigurationVersion Decide(ConfigurationVersion version, ConfigurationState next, ConfigurationReport report, ConfigurationSource source)
    {
        report = Build(next, report, () => consumer!.Apply(version.Number));
        if (!report.IsValid)
        {
            throw Reject(version, next, report);
        }

        version = version with { State = ConfigurationVersionState.InForce, Report = report, CanRollBack = true };
        SupersedeTrial(version.Number);
        Enter(version, next, View(next));
        logger.VersionInForce(version.Number, source, version.Actor, version.Reason);
        return version;
    }

    private ConfigurationReport Build(ConfigurationState from, ConfigurationReport report, Action build) =>
        report.IsValid && judge.Try(View(from), build) is { } mistakes ? report with { Errors = mistakes } : report;

    private SiraConfigurationException Reject(ConfigurationVersion version, ConfigurationState proposed, ConfigurationReport report)
    {
        var exception = new SiraConfigurationException(report.Errors);
        History.Add(new HistoryEntry(version with { Report = report }, proposed));
        logger.VersionRejected(exception, version.Number, version.Source, version.Actor, report.Errors.Count);
        return exception;
    }

    private void Enter(ConfigurationVersion version, ConfigurationState next, IConfigurationSection? view, bool isListed = false)
    {
        section.Use(view);
        if (current is { } before)
        {
            History.Mark(before.Number, ConfigurationVersionState.Superseded);
        }

        if (isListed)
        {
            History.Mark(version.Number, version.State);
        }
        else
        {
            History.Add(new HistoryEntry(version, next.Settings.HasSameAs(state?.Settings ?? ConfigurationSettings.Empty) && state is not null ? next with { Settings = state.Settings } : next));
        }

        state = next;
        Volatile.Write(ref current, version);
    }

    private void Discard()
    {
        if (consumer is { } own && state is { } inForce && judge.Try(View(inForce), own.Discard) is { } mistakes)
        {
            logger.ReloadFailed(new SiraConfigurationException(mistakes));
        }
    }

    // Outside the queue: who follows may change the configuration itself.
    private void Tell()
    {
        signals.Enqueue(Interlocked.Exchange(ref signal, new ChangeSignal()));
        if (signals.Drain() is { } thrown)
        {
            logger.FollowerThrew(thrown);
        }
    }
}
