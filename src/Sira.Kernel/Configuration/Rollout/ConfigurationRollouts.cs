using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Time;

namespace Sira.Kernel.Configuration.Rollout;

/// <summary>Runs the rollouts of a configuration.</summary>
/// <remarks>Steps are taken by a timer of no delay, so that no request waits for the building of a configuration.</remarks>
public sealed class ConfigurationRollouts : IConfigurationRollouts, IDisposable
{
    private readonly Lock gate = new();
    private readonly SiraConfiguration configuration;
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private Run? run;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Deals requests without a sticky key.</param>
    public ConfigurationRollouts(SiraConfiguration configuration, TimeProvider time, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        (this.configuration, this.time, this.random) = (configuration, time, random);
        configuration.TrialSuperseded += OnSuperseded;
    }

    /// <inheritdoc />
    public RolloutStatus? Current
    {
        get
        {
            lock (gate)
            {
                return run?.Status;
            }
        }
    }

    /// <inheritdoc />
    public async Task<RolloutStatus> StartAsync(IReadOnlyDictionary<string, string?> changes, string actor, string reason, RolloutOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = ChangeArguments.Check(changes);
        options ??= new RolloutOptions();
        CheckOptions(options);
        var (before, started) = (run, default(Run));
        try
        {
            await configuration.BeginTrialAsync(list, Create, actor, reason, cancellationToken).ConfigureAwait(false);
        }
        catch when (started is not null)
        {
            lock (gate)
            {
                run = before;
            }

            throw;
        }

        started!.Limit = time.CreateTimer(static state => ((Action)state!)(), (Action)(() => OnTimeUp(started)), options.MaximumDuration, Timeout.InfiniteTimeSpan);
        Note(started, RolloutPhase.Running, $"begun by {actor}: {reason}");
        return started.Status;

        // Known before the first request that it serves has ended.
        RolloutTraffic Create(long version)
        {
            var traffic = new RolloutTraffic(version, options, time, random, Decide);
            lock (gate)
            {
                started = run = new Run(traffic, options, time.GetUtcNow());
            }

            return traffic;
        }
    }

    /// <inheritdoc />
    public async Task<RolloutStatus> AbortAsync(string actor, string reason)
    {
        ChangeArguments.CheckNote(actor, nameof(actor));
        ChangeArguments.CheckNote(reason, nameof(reason));
        var running = Running();
        await WithdrawAsync(running, $"aborted by {actor}: {reason}").ConfigureAwait(false);
        return running.Status;
    }

    /// <inheritdoc />
    public async Task<RolloutStatus> PromoteAsync(string actor, string reason)
    {
        ChangeArguments.CheckNote(actor, nameof(actor));
        ChangeArguments.CheckNote(reason, nameof(reason));
        var running = Running();
        await PromoteAsync(running, $"promoted by {actor}: {reason}").ConfigureAwait(false);
        return running.Status;
    }

    /// <summary>Judges no longer.</summary>
    public void Dispose()
    {
        configuration.TrialSuperseded -= OnSuperseded;
        lock (gate)
        {
            run?.Limit?.Dispose();
        }
    }

    private void CheckOptions(RolloutOptions options)
    {
        var errors = new ConfigurationErrors();
        options.Validate(nameof(RolloutOptions), errors);
        if (options.StickyBy is { } key && configuration.Consumer is { } consumer && !consumer.StickyKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            errors.AddUnknownName($"{nameof(RolloutOptions)}:{nameof(RolloutOptions.StickyBy)}", "sticky key", key, consumer.StickyKeys);
        }

        errors.ThrowIfAny();
    }

    private Run Running()
    {
        lock (gate)
        {
            return run is { Phase: RolloutPhase.Running } running ? running : throw new InvalidOperationException("No rollout runs. Begin one with StartAsync.");
        }
    }

    // Called by whoever ended the request that decided it.
    private void Decide(RolloutTraffic traffic, bool isGood, string why)
    {
        Run? decided;
        lock (gate)
        {
            decided = run;
        }

        if (decided is { Phase: RolloutPhase.Running } && ReferenceEquals(decided.Traffic, traffic))
        {
            decided.Verdict = time.CreateTimer(static state => ((Action)state!)(), (Action)(() => _ = EnactAsync(decided, isGood, why)), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimeUp(Run timed) => _ = EnactAsync(timed, isGood: false, $"it has not come to its end within {timed.Options.MaximumDuration}: there were too few requests to judge it");

    private async Task EnactAsync(Run decided, bool isGood, string why)
    {
        decided.Verdict?.Dispose();
        try
        {
            if (!isGood)
            {
                await WithdrawAsync(decided, why).ConfigureAwait(false);
            }
            else if (decided.Traffic.IsLastStep)
            {
                await PromoteAsync(decided, why).ConfigureAwait(false);
            }
            else if (decided.Phase == RolloutPhase.Running)
            {
                decided.Traffic.Advance();
                Note(decided, RolloutPhase.Running, why);
            }
        }
#pragma warning disable CA1031 // On a timer's thread it would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            configuration.Logger.RolloutFailed(exception, decided.Traffic.Version);
        }
    }

    private async Task WithdrawAsync(Run running, string why)
    {
        if (await configuration.WithdrawTrialAsync(running.Traffic.Version).ConfigureAwait(false))
        {
            Note(running, RolloutPhase.Withdrawn, why);
        }
    }

    private async Task PromoteAsync(Run running, string why)
    {
        try
        {
            if (await configuration.PromoteTrialAsync(running.Traffic.Version).ConfigureAwait(false))
            {
                Note(running, RolloutPhase.Promoted, why);
            }
        }
        catch (SiraConfigurationException exception)
        {
            Note(running, RolloutPhase.Withdrawn, $"it passed, but is not valid any more: {exception.Message}");
            throw;
        }
    }

    private void OnSuperseded(long by)
    {
        lock (gate)
        {
            if (run is not { Phase: RolloutPhase.Running })
            {
                return;
            }
        }

        Note(run, RolloutPhase.Withdrawn, $"configuration {by} came into force meanwhile");
    }

    private void Note(Run of, RolloutPhase phase, string why)
    {
        lock (gate)
        {
            (of.Phase, of.Reason) = (phase, why);
        }

        if (phase != RolloutPhase.Running)
        {
            of.Traffic.End();
            of.Limit?.Dispose();
        }

        configuration.Logger.RolloutChanged(of.Traffic.Version, phase, of.Percent, why);
    }

    private sealed class Run(RolloutTraffic traffic, RolloutOptions options, DateTimeOffset startedAt)
    {
        public RolloutTraffic Traffic => traffic;

        public RolloutOptions Options => options;

        public RolloutPhase Phase { get; set; } = RolloutPhase.Running;

        public string Reason { get; set; } = string.Empty;

        public ITimer? Limit { get; set; }

        public ITimer? Verdict { get; set; }

        public double Percent => Phase switch
        {
            RolloutPhase.Running => traffic.Step.Percent,
            RolloutPhase.Promoted => 100,
            _ => 0,
        };

        public RolloutStatus Status => new(traffic.Version, Phase, traffic.Step.Index + 1, options.Steps.Count, Percent, startedAt, traffic.Step.Trial.Status, traffic.Step.Stable.Status, Reason);
    }
}
