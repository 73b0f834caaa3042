using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;

namespace Sira.Kernel.Balancing;

/// <summary>Finds balancers by name, ignoring case.</summary>
/// <remarks>Immutable: the balancers of one moment. The container hands out those of the host and of the plugins that are there when it is asked. To check names while all mistakes are being collected, use <see cref="TryGet"/> and <see cref="Names"/> with <see cref="ConfigurationErrors.AddUnknownName"/>.</remarks>
public sealed class LoadBalancerRegistry
{
    private readonly FrozenDictionary<string, ILoadBalancer> balancers;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="balancers">The balancers, with names that differ.</param>
    /// <exception cref="SiraException">A name is blank, or two balancers have the same.</exception>
    public LoadBalancerRegistry(IEnumerable<ILoadBalancer> balancers)
    {
        ArgumentNullException.ThrowIfNull(balancers);
        var byName = new Dictionary<string, ILoadBalancer>(StringComparer.OrdinalIgnoreCase);
        foreach (var balancer in balancers)
        {
            if (string.IsNullOrWhiteSpace(balancer.Name))
            {
                throw new SiraException($"The load balancer {balancer.GetType()} has no name; let its {nameof(ILoadBalancer.Name)} return one.");
            }

            if (!byName.TryAdd(balancer.Name, balancer))
            {
                throw new SiraException($"Two load balancers are called '{balancer.Name}': {Origin(byName[balancer.Name])} and {Origin(balancer)}. Rename one of them.");
            }
        }

        this.balancers = byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Returns the balancers that are contributed.</summary>
    /// <param name="contributions">What is contributed.</param>
    /// <returns>The balancers; the same registry for the same contributions.</returns>
    /// <exception cref="SiraException">A name is blank, or two balancers have the same.</exception>
    public static LoadBalancerRegistry Of(ContributionSnapshot contributions)
    {
        ArgumentNullException.ThrowIfNull(contributions);
        return contributions.GetIndex(static snapshot => new LoadBalancerRegistry(snapshot.Get<ILoadBalancer>().Select(ContributedLoadBalancer.Of).OfType<ILoadBalancer>()));
    }

    /// <summary>Gets the names of all balancers.</summary>
    public IReadOnlyList<string> Names => balancers.Keys;

    /// <summary>Gets a balancer.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The balancer.</returns>
    /// <exception cref="SiraException">There is none of that name; the message lists the names that exist.</exception>
    public ILoadBalancer Get(string name) => TryGet(name, out var balancer)
        ? balancer
        : throw new SiraException($"Unknown load balancer '{name}'. {UnknownName.Suggest("load balancer", name, Names)}");

    /// <summary>Gets a balancer if there is one of the name.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="balancer">The balancer.</param>
    /// <returns>Whether there is.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out ILoadBalancer? balancer) => balancers.TryGetValue(name, out balancer);

    private static string Origin(ILoadBalancer balancer) => balancer is ContributedLoadBalancer contributed ? contributed.Origin : balancer.GetType().ToString();
}
