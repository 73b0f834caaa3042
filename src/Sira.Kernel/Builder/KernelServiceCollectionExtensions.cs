using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Balancing;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the kernel.</summary>
public static class KernelServiceCollectionExtensions
{
    /// <summary>
    /// Registers what every Sira package builds on: the clock, randomness, the environment, the service registry, the load balancers, what plugins contribute, the resource scheduler with leases, usage history and the machine's pools, the message bus, leases of endpoints, active health checks and discovery, and the configuration with its history. <c>AddSira</c> calls it; call it yourself to use the kernel alone.
    /// </summary>
    /// <remarks>Everything is a singleton, but for the load balancers, which are those of the moment at which they are asked for. What is registered before stays, so registering first replaces; calling it again changes nothing.</remarks>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddSiraKernel(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource>(SystemRandomSource.Instance);
        services.TryAddSingleton<IEnvironment>(ProcessEnvironment.Instance);
        services.TryAddSingleton<IServiceRegistry, ServiceRegistry>();
        SchedulingServices.Add(services);
        MessagingServices.Add(services);
        services.TryAddSingleton(static provider => new ContributionCatalogue(provider, provider.GetService<IContributorSource>()));
        services.TryAddTransient(static provider => LoadBalancerRegistry.Of(provider.GetRequiredService<ContributionCatalogue>().Current));
        services.AddContract<ILoadBalancer>();
        foreach (var balancer in LoadBalancers.CreateDefaults())
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton(balancer));
        }

        DiscoveryBuilderExtensions.AddDiscovery(services);
        ContributedServices.Add(services);
        services.AddOperations();
        return services;
    }
}
