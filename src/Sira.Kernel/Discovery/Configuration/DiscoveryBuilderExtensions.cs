using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Balancing;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery.Configuration;
using Sira.Kernel.Discovery.Contributed;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Health.Detection;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Registry.Leases;
using Sira.Kernel.Time;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds services, discovery sources and health probes to Sira.</summary>
public static class DiscoveryBuilderExtensions
{
    /// <summary>Describes a service: where its endpoints come from, how they are checked, how calls are spread. The section <c>Sira:Services:{name}</c> goes over it. Adding it again adds to it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the service.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddService(this ISiraBuilder builder, string name, Func<ServiceOptions, ServiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(new ServiceRegistration(name, configure));
        return builder;
    }

    /// <summary>Adds a source that services can name in their <see cref="ServiceOptions.Sources"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the source, once for the application.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddEndpointSource(this ISiraBuilder builder, Func<IServiceProvider, IEndpointSource> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(create);
        return builder;
    }

    /// <summary>Adds a probe that services can name as their <see cref="ServiceOptions.Probe"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the probe, once for the application.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddHealthProbe(this ISiraBuilder builder, Func<IServiceProvider, IHealthProbe> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(create);
        return builder;
    }

    /// <summary>Declares endpoints of a service, in <c>AddSira</c> and in <c>ISiraPlugin.Configure</c> alike. They are in the registry as long as the contributor is in force, behind those of the configuration. A plugin needs the permission <c>registry</c> for the service.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="definitions">The endpoints.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddEndpoints(this ISiraBuilder builder, string service, params IReadOnlyList<EndpointDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        return builder.AddEndpoints(service, _ => new StaticEndpointSource("declared", new Dictionary<string, IReadOnlyList<EndpointDefinition>> { [service] = definitions }));
    }

    /// <summary>Declares endpoints of a service that come from a source, as they come and go. The same as <see cref="AddEndpoints(ISiraBuilder, string, IReadOnlyList{EndpointDefinition})"/> otherwise.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="source">Makes the source, with the services of the contributor.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddEndpoints(this ISiraBuilder builder, string service, Func<IServiceProvider, IEndpointSource> source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(source);
        builder.Services.AddSingleton(services => new EndpointContribution(service, source(services)));
        return builder;
    }

    internal static void AddDiscovery(IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new SiraConfigurationSection(provider.GetService<Microsoft.Extensions.Configuration.IConfiguration>()?.GetSection(SiraConfigurationSection.DefaultName)));
        services.TryAddSingleton(static provider => new StallMeter(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<EndpointLeases>();
        services.TryAddSingleton<HealthProber>();
        services.TryAddSingleton<EndpointDiscovery>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthProbe, HttpProbe>(static _ => new HttpProbe()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthProbe, TcpProbe>());
        services.TryAddSingleton<ServiceConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, ServiceConfiguration>(static provider => provider.GetRequiredService<ServiceConfiguration>()));
        services.TryAddSingleton<ConfiguredServices>();
        services.TryAddSingleton(static provider => new EndpointSelectors(
            provider.GetRequiredService<IServiceRegistry>(), provider.GetRequiredService<LoadBalancerRegistry>(), provider.GetRequiredService<IRandomSource>(), provider.GetRequiredService<ServiceConfiguration>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ServiceHost>());
    }
}
