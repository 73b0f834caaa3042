using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Attempts;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Gateway.Events;
using Sira.Gateway.Hedging;
using Sira.Gateway.Shadow;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging;
using Sira.Pipeline;

namespace Sira.Gateway.Routing;

/// <summary>Holds the snapshot in force and replaces it when the configuration or what plugins contribute changes. A changed configuration with mistakes is logged and changes nothing; a plugin with mistakes is refused.</summary>
internal sealed class GatewaySnapshots : IContributionConsumer, IDisposable
{
    private readonly SnapshotStore<GatewaySnapshot> store = new();
    private readonly GatewaySnapshotBuilder builder;
    private readonly IBackendSource backends;
    private readonly HedgeBudget hedges;
    private readonly SnapshotRehearsal rehearsal;
    private readonly ContributionCatalogue contributions;
    private readonly ChatStage[] stages;
    private readonly CallsInFlight calls;
    private readonly ShadowTraffic shadows;
    private readonly IMessageBus bus;
    private readonly ILogger<GatewaySnapshots> logger;
    private readonly IDisposable watch;

    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshots(GatewaySnapshotBuilder builder, SnapshotRehearsal rehearsal, IBackendSource backends, GatewayDefinitionSource definitions, ContributionCatalogue contributions, IEnumerable<ChatStage> stages, CallsInFlight calls, ShadowTraffic shadows, HedgeBudget hedges, IMessageBus bus, ILogger<GatewaySnapshots> logger)
    {
        (this.builder, this.backends, this.rehearsal, this.contributions, this.stages, this.calls, this.shadows, this.hedges, this.bus, this.logger) = (builder, backends, rehearsal, contributions, [.. stages], calls, shadows, hedges, bus, logger);

        // One watch over both: a changed file concerns backends and routes alike, and is to be read once. Watched before it is read, so that no change falls between the two.
        watch = ChangeToken.OnChange(() => definitions.GetChangeToken() is { } token ? new CompositeChangeToken([backends.GetChangeToken(), token]) : backends.GetChangeToken(), Reload);
        contributions.Join(this);
        try
        {
            Publish();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public GatewaySnapshot Current => store.Current;

    public void Prepare(ContributionSnapshot next, ConfigurationErrors errors)
    {
        ContributedStages.Check(next, stages, errors);
        try
        {
            rehearsal.Run(Current.Version + 1, next);
        }
        catch (SiraConfigurationException exception)
        {
            foreach (var error in exception.Errors)
            {
                errors.Add(error.Path, error.Problem, error.Fix);
            }
        }
    }

    public void Commit(ContributionSnapshot current) => Reload();

    public void Abort() => backends.Load(contributions.Current, new ConfigurationErrors());

    public async Task QuiesceAsync(CancellationToken cancellationToken)
    {
        await calls.QuiesceAsync(cancellationToken).ConfigureAwait(false);

        // Those that the calls have begun to mirror.
        await shadows.QuiesceAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        watch.Dispose();
        contributions.Leave(this);
    }

    private void Reload()
    {
        try
        {
            rehearsal.Run(Current.Version + 1, contributions.Current);
            Publish();
        }
        catch (Exception exception)
        {
            // Also what callbacks of the host throw: on the thread of a file watcher it would end the process.
            logger.ConfigurationRejected(exception);
        }
    }

    private void Publish()
    {
        var snapshot = store.Publish((version, _) => builder.Build(version, contributions.Current));
        hedges.Allow(snapshot.MaxHedgeShare);
        logger.ConfigurationLoaded(snapshot.Version, snapshot.Backends.Count, snapshot.Routes.Count);
        bus.Publish(new ConfigurationReloaded(snapshot.Version));
    }
}
