using Sira.Kernel.Balancing;

namespace Sira.Gateway.Strategies;

/// <summary>The names of the strategies that Sira brings. The name of a balancer, see <see cref="LoadBalancers"/>, is a strategy too, unless one of these has it: all the route's own targets are equals, and that balancer picks.</summary>
public static class RoutingStrategies
{
    /// <summary>In the order in which the route lists its models; the default.</summary>
    public const string Ordered = "ordered";

    /// <summary>At random, in proportion to weight.</summary>
    public const string Weighted = "weighted";

    /// <summary>The least expected cost first, at the prompt-cache share and the length of answers that were seen; unknown prices last.</summary>
    public const string LowestCost = "lowest-cost";

    /// <summary>The least time to the first token (streams) or to the whole answer (unary) first.</summary>
    public const string LowestLatency = "lowest-latency";

    /// <summary>The most left of the provider's rate limits first; unknown counts as half.</summary>
    public const string MostHeadroom = "most-headroom";

    /// <summary>The highest quality of the catalogue first, unknown last.</summary>
    public const string HighestQuality = "highest-quality";

    /// <summary>The fewest estimated tokens under way per weight first.</summary>
    public const string LeastBusy = "least-busy";

    /// <summary>All the route's own targets are equals, and the route's balancer picks.</summary>
    public const string Balanced = "balanced";
}
