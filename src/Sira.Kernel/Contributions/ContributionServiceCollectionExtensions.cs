using Sira.Kernel.Contributions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Declares what plugins may contribute.</summary>
public static class ContributionServiceCollectionExtensions
{
    /// <summary>Declares a contract whose implementations are taken from plugins too. Whoever declares it reads them with <see cref="ContributionSnapshot.Get{T}"/>. Declaring it again changes nothing.</summary>
    /// <typeparam name="T">The service type.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddContract<T>(this IServiceCollection services)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(static descriptor => descriptor.ImplementationInstance is ContributionContract known && known.Type == typeof(T)))
        {
            services.AddSingleton(new ContributionContract(typeof(T)));
        }

        return services;
    }
}
