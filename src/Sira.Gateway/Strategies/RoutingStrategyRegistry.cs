using System.Collections.Frozen;

namespace Sira.Gateway.Strategies;

/// <summary>All strategies by name.</summary>
internal sealed class RoutingStrategyRegistry
{
    private readonly FrozenDictionary<string, IRoutingStrategy> byName;

    public RoutingStrategyRegistry(IEnumerable<IRoutingStrategy> strategies)
    {
        var indexed = new Dictionary<string, IRoutingStrategy>(StringComparer.OrdinalIgnoreCase);
        foreach (var strategy in strategies)
        {
            if (!indexed.TryAdd(strategy.Name, strategy))
            {
                throw new InvalidOperationException($"Two routing strategies are named '{strategy.Name}': {indexed[strategy.Name].GetType()} and {strategy.GetType()}. Give one of them another Name.");
            }
        }

        byName = indexed.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public IEnumerable<string> Names => byName.Keys;

    public IRoutingStrategy? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The strategies that Sira brings. A new one is one file and one line here, or <c>AddStrategy</c> in an application.</summary>
    public static IReadOnlyList<IRoutingStrategy> BuiltIn { get; } =
    [
        new OrderedStrategy(),
        new WeightedStrategy(),
        new LowestCostStrategy(),
        new LowestLatencyStrategy(),
    ];
}
