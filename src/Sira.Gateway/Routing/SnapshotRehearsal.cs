using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Ledger;
using Sira.Kernel.Contributions;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Gateway.Routing;

/// <summary>Builds a snapshot beside the one in force. Pools and endpoints of the house outlive snapshots, and would already have the limits and breakers of a configuration that is then refused.</summary>
internal sealed class SnapshotRehearsal(IServiceProvider services, TimeProvider time, IRandomSource random)
{
    /// <summary>Builds over pools and endpoints of its own, to find the mistakes of a changed configuration.</summary>
    /// <exception cref="Kernel.Configuration.SiraConfigurationException">The configuration has mistakes.</exception>
    public void Run(ContributionSnapshot contributions) => Build(version: 0, new ResourcePoolRegistry(time), contributions);

    /// <summary>Builds a snapshot for a share of the traffic: what it spends counts in the pools of the house, at the limits that these have; its targets have breakers and loads of their own, so that its failures neither hurt the others nor are hidden by them.</summary>
    /// <exception cref="Kernel.Configuration.SiraConfigurationException">The configuration has mistakes.</exception>
    public GatewaySnapshot BuildTrial(long version, ContributionSnapshot contributions) => Build(version, services.GetRequiredService<ResourcePoolRegistry>().WithFixedDefinitions(), contributions);

    private GatewaySnapshot Build(long version, ResourcePoolRegistry pools, ContributionSnapshot contributions)
    {
        var budgets = new BudgetPools(pools, new ResourceScheduler());
        var targets = ActivatorUtilities.CreateInstance<TargetFactory>(services, new ServiceRegistry(time, random), new TargetCapacities(pools, time, random));
        var routes = ActivatorUtilities.CreateInstance<RouteFactory>(services, targets);
        return ActivatorUtilities.CreateInstance<GatewaySnapshotBuilder>(services, routes, budgets, new UsageLedger(time)).Build(version, contributions);
    }
}
