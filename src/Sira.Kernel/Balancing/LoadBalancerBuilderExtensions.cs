using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Balancing;
using Sira.Kernel.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds load balancers to Sira.</summary>
public static class LoadBalancerBuilderExtensions
{
    /// <summary>Adds a load balancer that the container creates, once for the application. Adding it again changes nothing.</summary>
    /// <typeparam name="TBalancer">The balancer.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddBalancer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TBalancer>(this ISiraBuilder builder)
        where TBalancer : class, ILoadBalancer
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancer, TBalancer>());
        return builder;
    }

    /// <summary>Adds a load balancer. Adding one of the same type and name again changes nothing; one type may be added under several names.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="balancer">The balancer.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddBalancer(this ISiraBuilder builder, ILoadBalancer balancer)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(balancer);

        // TryAddEnumerable would drop the second instance of a type without a word, whatever its name is.
        foreach (var descriptor in builder.Services)
        {
            if (!descriptor.IsKeyedService
                && descriptor.ImplementationInstance is ILoadBalancer added
                && added.GetType() == balancer.GetType()
                && string.Equals(added.Name, balancer.Name, StringComparison.OrdinalIgnoreCase))
            {
                return builder;
            }
        }

        builder.Services.AddSingleton(balancer);
        return builder;
    }
}
