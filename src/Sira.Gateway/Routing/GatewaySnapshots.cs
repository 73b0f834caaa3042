using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Events;
using Sira.Gateway.Hedging;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Messaging;

namespace Sira.Gateway.Routing;

/// <summary>Holds the snapshot in force and replaces it when the configuration changes.</summary>
internal sealed class GatewaySnapshots : IConfigurationConsumer
{
    private readonly SnapshotStore<GatewaySnapshot> store = new();
    private readonly GatewaySnapshotBuilder builder;
    private readonly IBackendSource backends;
    private readonly GatewayDefinitionSource definitions;
    private readonly HedgeBudget hedges;
    private readonly SnapshotRehearsal rehearsal;
    private readonly IMessageBus bus;
    private readonly ILogger<GatewaySnapshots> logger;

    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshots(GatewaySnapshotBuilder builder, SnapshotRehearsal rehearsal, IBackendSource backends, GatewayDefinitionSource definitions, HedgeBudget hedges, IMessageBus bus, SiraConfiguration configuration, ILogger<GatewaySnapshots> logger)
    {
        (this.builder, this.rehearsal, this.backends, this.definitions, this.hedges, this.bus, this.logger) = (builder, rehearsal, backends, definitions, hedges, bus, logger);

        // One watch over both: a changed file concerns backends and routes alike, and is to be read once.
        configuration.Start(this, () => definitions.GetChangeToken() is { } token ? new CompositeChangeToken([backends.GetChangeToken(), token]) : backends.GetChangeToken());
    }

    public GatewaySnapshot Current => store.Current;

    public IReadOnlyList<string> StickyKeys { get; } = [nameof(StickyBy.Conversation), nameof(StickyBy.User), nameof(StickyBy.Tenant)];

    public void Validate() => rehearsal.Run();

    public void Apply(long version)
    {
        var snapshot = store.Publish(version, (number, _) => builder.Build(number));
        hedges.Allow(snapshot.MaxHedgeShare);
        logger.ConfigurationLoaded(snapshot.Version, snapshot.Backends.Count, snapshot.Routes.Count);
        bus.Publish(new ConfigurationReloaded(snapshot.Version));
    }

    public void BeginTrial(RolloutTraffic traffic) => Current.Trial = new TrialSnapshot(rehearsal.BuildTrial(traffic.Version), traffic);

    public void EndTrial() => Current.Trial = null;

    // Both keep what they have loaded last.
    public void Discard()
    {
        var known = new ConfigurationErrors();
        backends.Load(known);
        definitions.Load(known);
    }
}
