namespace Sira.Kernel.Resources.Gangs;

/// <summary>Something on which members of a gang can be placed, such as a host or a GPU, with its pools.</summary>
public sealed class GangNode
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name.</param>
    /// <param name="pools">Its pools by what they are, such as <c>slots</c> and <c>memory</c>.</param>
    /// <exception cref="ArgumentException">The name is blank, there is no pool, or one is of a kind that is used up rather than held.</exception>
    public GangNode(string name, IReadOnlyDictionary<string, ResourcePool> pools)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(pools);
        if (pools.Count == 0)
        {
            throw new ArgumentException($"The node '{name}' has no pool.", nameof(pools));
        }

        foreach (var (resource, pool) in pools)
        {
            if (pool is not { ReturnsWhenEnded: true })
            {
                throw new ArgumentException($"The pool '{pool?.Name}' ({resource}) of the node '{name}' is used up rather than held. Use pools of slots, such as a {nameof(ConcurrencyPool)}.", nameof(pools));
            }
        }

        (Name, Pools) = (name, new Dictionary<string, ResourcePool>(pools, StringComparer.Ordinal));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets its pools by what they are.</summary>
    public IReadOnlyDictionary<string, ResourcePool> Pools { get; }
}
