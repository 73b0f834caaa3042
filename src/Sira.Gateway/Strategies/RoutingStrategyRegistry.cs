using System.Collections.Frozen;
using Sira.Kernel.Balancing;
using Sira.Kernel.Contributions;

namespace Sira.Gateway.Strategies;

/// <summary>All strategies by name. The name of a balancer that is not a strategy's own means: all are equals, and that balancer picks.</summary>
internal sealed class RoutingStrategyRegistry
{
    private readonly FrozenDictionary<string, IRoutingStrategy> byName;

    public RoutingStrategyRegistry(IEnumerable<IRoutingStrategy> strategies, LoadBalancerRegistry balancers)
    {
        var indexed = new Dictionary<string, IRoutingStrategy>(StringComparer.OrdinalIgnoreCase);
        foreach (var strategy in strategies)
        {
            if (!indexed.TryAdd(strategy.Name, strategy))
            {
                throw new InvalidOperationException($"Two routing strategies are named '{strategy.Name}': {Origin(indexed[strategy.Name])} and {Origin(strategy)}. Give one of them another Name.");
            }
        }

        foreach (var name in balancers.Names)
        {
            indexed.TryAdd(name, new BalancedStrategy(balancers.Get(name)));
        }

        byName = indexed.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Returns the strategies that are contributed.</summary>
    public static RoutingStrategyRegistry Of(ContributionSnapshot contributions) => contributions.GetIndex(static snapshot =>
        new RoutingStrategyRegistry(snapshot.Get<IRoutingStrategy>().Select(ContributedStrategy.Of).OfType<IRoutingStrategy>(), LoadBalancerRegistry.Of(snapshot)));

    public IEnumerable<string> Names => byName.Keys;

    public IRoutingStrategy? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The strategies that Sira brings. A new one is one file and one line here, or <c>AddStrategy</c> in an application.</summary>
    public static IReadOnlyList<IRoutingStrategy> BuiltIn { get; } =
    [
        new OrderedStrategy(),
        new WeightedStrategy(),
        new LowestCostStrategy(),
        new LowestLatencyStrategy(),
        new MostHeadroomStrategy(),
        new HighestQualityStrategy(),
        new LeastBusyStrategy(),
        new BalancedStrategy(balancer: null),
    ];

    private static string Origin(IRoutingStrategy strategy) => strategy is ContributedStrategy contributed ? contributed.Origin : strategy.GetType().ToString();
}
