using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Kernel.Contributions;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Gateway.Routing;

/// <summary>Builds a snapshot over pools and endpoints of its own, to find the mistakes of a changed configuration. Those of the house outlive snapshots, and would already have the limits and breakers of a configuration that is then refused.</summary>
internal sealed class SnapshotRehearsal(IServiceProvider services, TimeProvider time, IRandomSource random)
{
    /// <exception cref="Kernel.Configuration.SiraConfigurationException">The configuration has mistakes.</exception>
    public void Run(long version, ContributionSnapshot contributions)
    {
        var pools = new ResourcePoolRegistry(time);
        var budgets = new BudgetPools(pools, new ResourceScheduler());
        var targets = ActivatorUtilities.CreateInstance<TargetFactory>(services, new ServiceRegistry(time, random), new TargetCapacities(pools, time, random));
        var routes = ActivatorUtilities.CreateInstance<RouteFactory>(services, targets);
        ActivatorUtilities.CreateInstance<GatewaySnapshotBuilder>(services, routes, budgets).Build(version, contributions);
    }
}
