using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Balancing;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the kernel.</summary>
public static class KernelServiceCollectionExtensions
{
    /// <summary>
    /// Registers what every Sira package builds on: the clock, randomness, the environment, the service registry, the load balancers, the resource scheduler, the message bus, and the configuration with its history. <c>AddSira</c> calls it; call it yourself to use the kernel alone.
    /// </summary>
    /// <remarks>Everything is a singleton. What is registered before stays, so registering first replaces; calling it again changes nothing.</remarks>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddSiraKernel(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource>(SystemRandomSource.Instance);
        services.TryAddSingleton<IEnvironment>(ProcessEnvironment.Instance);
        services.TryAddSingleton<IServiceRegistry, ServiceRegistry>();
        services.TryAddSingleton<ResourceScheduler>();
        services.TryAddSingleton<ResourcePoolRegistry>();
        services.TryAddSingleton<IMessageBus, MessageBus>();
        services.TryAddSingleton<LoadBalancerRegistry>();
        foreach (var balancer in LoadBalancers.CreateDefaults())
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton(balancer));
        }

        services.AddOperations();
        return services;
    }
}
