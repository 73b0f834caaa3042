using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Attempts;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Events;
using Sira.Gateway.Hedging;
using Sira.Gateway.Shadow;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Kernel.Messaging;
using Sira.Pipeline;

namespace Sira.Gateway.Routing;

/// <summary>Holds the snapshot in force and replaces it when the configuration or what plugins contribute changes.</summary>
internal sealed class GatewaySnapshots : IConfigurationConsumer, IContributionConsumer, IDisposable
{
    private readonly SnapshotStore<GatewaySnapshot> store = new();
    private readonly GatewaySnapshotBuilder builder;
    private readonly IBackendSource backends;
    private readonly GatewayDefinitionSource definitions;
    private readonly HedgeBudget hedges;
    private readonly SnapshotRehearsal rehearsal;
    private readonly ContributionCatalogue contributions;
    private readonly SiraConfiguration configuration;
    private readonly ChatStage[] stages;
    private readonly CallsInFlight calls;
    private readonly ShadowTraffic shadows;
    private readonly IMessageBus bus;
    private readonly ILogger<GatewaySnapshots> logger;

    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshots(
        GatewaySnapshotBuilder builder,
        SnapshotRehearsal rehearsal,
        IBackendSource backends,
        GatewayDefinitionSource definitions,
        ContributionCatalogue contributions,
        IEnumerable<ChatStage> stages,
        CallsInFlight calls,
        ShadowTraffic shadows,
        HedgeBudget hedges,
        IMessageBus bus,
        SiraConfiguration configuration,
        ILogger<GatewaySnapshots> logger)
    {
        (this.builder, this.rehearsal, this.backends, this.definitions) = (builder, rehearsal, backends, definitions);
        (this.contributions, this.configuration, this.stages) = (contributions, configuration, [.. stages]);
        (this.calls, this.shadows, this.hedges, this.bus, this.logger) = (calls, shadows, hedges, bus, logger);
        contributions.Join(this);
        try
        {
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public GatewaySnapshot Current => store.Current;

    // A plugin that spoils the first snapshot is left out, as one is refused that comes later. Each time round there is one fewer.
    private void Start()
    {
        while (true)
        {
            try
            {
                // One watch over both: a changed file concerns backends and routes alike, and is to be read once.
                configuration.Start(this, () => definitions.GetChangeToken() is { } token ? new CompositeChangeToken([backends.GetChangeToken(), token]) : backends.GetChangeToken());
                return;
            }
            catch (SiraException exception)
            {
                if (!contributions.TryExclude(IsSound, exception))
                {
                    throw;
                }
            }
        }
    }

    private bool IsSound(ContributionSnapshot candidate)
    {
        var errors = new ConfigurationErrors();
        try
        {
            Prepare(candidate, errors);
        }
        catch (SiraException)
        {
            return false;
        }

        return errors.Items.Count == 0;
    }

    public IReadOnlyList<string> StickyKeys { get; } = [nameof(StickyBy.Conversation), nameof(StickyBy.User), nameof(StickyBy.Tenant)];

    public void Validate() => rehearsal.Run(contributions.Current);

    public void Apply(long version)
    {
        var snapshot = store.Publish(version, (number, _) => builder.Build(number, contributions.Current));
        hedges.Allow(snapshot.MaxHedgeShare);
        logger.ConfigurationLoaded(snapshot.Version, snapshot.Backends.Count, snapshot.Routes.Count);
        bus.Publish(new ConfigurationReloaded(snapshot.Version));
    }

    public void BeginTrial(RolloutTraffic traffic) => Current.Trial = new TrialSnapshot(rehearsal.BuildTrial(traffic.Version, contributions.Current), traffic);

    public void EndTrial() => Current.Trial = null;

    // Both keep what they have loaded last.
    public void Discard()
    {
        var known = new ConfigurationErrors();
        backends.Load(contributions.Current, known);
        definitions.Load(contributions.Current, known);
    }

    public void Prepare(ContributionSnapshot next, ConfigurationErrors errors)
    {
        ContributedStages.Check(next, stages, errors);
        try
        {
            rehearsal.Run(next);
        }
        catch (SiraConfigurationException exception)
        {
            foreach (var error in exception.Errors)
            {
                errors.Add(error.Path, error.Problem, error.Fix);
            }
        }
    }

    Task IContributionConsumer.CommitAsync(ContributionSnapshot current) => configuration.RebuildAsync("what plugins contribute changed");

    void IContributionConsumer.Abort() => Discard();

    async Task IContributionConsumer.QuiesceAsync(CancellationToken cancellationToken)
    {
        await calls.QuiesceAsync(cancellationToken).ConfigureAwait(false);

        // Those that the calls have begun to mirror.
        await shadows.QuiesceAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => contributions.Leave(this);
}
