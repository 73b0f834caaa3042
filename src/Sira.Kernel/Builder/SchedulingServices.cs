using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Messaging;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Resources.Machine;
using Sira.Kernel.Resources.Usage;

namespace Sira.Kernel.Builder;

/// <summary>Registers the resource scheduler. Options that are registered before take the place of the defaults.</summary>
internal static class SchedulingServices
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<ResourceScheduler>();
        services.TryAddSingleton<ResourcePoolRegistry>();
        services.TryAddSingleton<IMachineProbe>(static _ => new MachineProbe());
        services.TryAddSingleton(static provider => new MachinePools(
            provider.GetRequiredService<ResourcePoolRegistry>(), provider.GetRequiredService<IMachineProbe>(), provider.GetService<MachinePoolOptions>()));
        services.TryAddSingleton(static provider => new ResourceLeases(
            provider.GetRequiredService<TimeProvider>(), provider.GetService<ResourceLeaseOptions>(), provider.GetRequiredService<IMessageBus>(), provider.GetService<ILogger<ResourceLeases>>()));
        services.TryAddSingleton(static provider => new UsageHistory(provider.GetRequiredService<TimeProvider>(), provider.GetService<UsageHistoryOptions>()));
    }
}
