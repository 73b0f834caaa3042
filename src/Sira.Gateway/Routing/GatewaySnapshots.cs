using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Configuration;
using Sira.Gateway.Events;
using Sira.Gateway.Hedging;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;

namespace Sira.Gateway.Routing;

/// <summary>Holds the snapshot in force and replaces it when the configuration changes. A changed configuration with mistakes is logged and changes nothing.</summary>
internal sealed class GatewaySnapshots : IDisposable
{
    private readonly SnapshotStore<GatewaySnapshot> store = new();
    private readonly GatewaySnapshotBuilder builder;
    private readonly HedgeBudget hedges;
    private readonly SnapshotRehearsal rehearsal;
    private readonly IMessageBus bus;
    private readonly ILogger<GatewaySnapshots> logger;
    private readonly IDisposable watch;

    /// <exception cref="SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshots(GatewaySnapshotBuilder builder, SnapshotRehearsal rehearsal, IBackendSource backends, GatewayDefinitionSource definitions, HedgeBudget hedges, IMessageBus bus, ILogger<GatewaySnapshots> logger)
    {
        (this.builder, this.rehearsal, this.hedges, this.bus, this.logger) = (builder, rehearsal, hedges, bus, logger);

        // One watch over both: a changed file concerns backends and routes alike, and is to be read once. Watched before it is read, so that no change falls between the two.
        watch = ChangeToken.OnChange(() => definitions.GetChangeToken() is { } token ? new CompositeChangeToken([backends.GetChangeToken(), token]) : backends.GetChangeToken(), Reload);
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

    public void Dispose() => watch.Dispose();

    private void Reload()
    {
        try
        {
            rehearsal.Run(Current.Version + 1);
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
        var snapshot = store.Publish((version, _) => builder.Build(version));
        hedges.Allow(snapshot.MaxHedgeShare);
        logger.ConfigurationLoaded(snapshot.Version, snapshot.Backends.Count, snapshot.Routes.Count);
        bus.Publish(new ConfigurationReloaded(snapshot.Version));
    }
}
