using System.Collections.Concurrent;
using Sira.Kernel.Balancing;
using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>Hands out the selector of each service, with the balancer and the locality that are configured for it.</summary>
/// <remarks>Thread-safe. Ask for the selector each time rather than keep it: after a change of the configuration there is another one.</remarks>
public sealed class EndpointSelectors
{
    private readonly IServiceRegistry registry;
    private readonly LoadBalancerRegistry balancers;
    private readonly IRandomSource random;
    private readonly ServiceConfiguration configuration;
    private volatile ConcurrentDictionary<string, EndpointSelector> selectors = Create();

    internal EndpointSelectors(IServiceRegistry registry, LoadBalancerRegistry balancers, IRandomSource random, ServiceConfiguration configuration)
    {
        (this.registry, this.balancers, this.random, this.configuration) = (registry, balancers, random, configuration);
        configuration.Changed += () => selectors = Create();
    }

    /// <summary>Gets the selector of a service; the default balancer's for one that is not configured.</summary>
    /// <param name="service">The name of the service.</param>
    /// <returns>The selector.</returns>
    public EndpointSelector Get(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        return selectors.GetOrAdd(service, static (name, self) => self.Make(name), this);
    }

    private static ConcurrentDictionary<string, EndpointSelector> Create() => new(StringComparer.OrdinalIgnoreCase);

    private EndpointSelector Make(string service)
    {
        var options = configuration.Current?.GetValueOrDefault(service) ?? new ServiceOptions();
        return new EndpointSelector(registry, service, balancers.Get(options.Balancer), random, new EndpointSelectorOptions { Locality = options.Locality });
    }
}
