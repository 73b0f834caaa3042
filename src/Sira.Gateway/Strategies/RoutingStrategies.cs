namespace Sira.Gateway.Strategies;

/// <summary>The names of the strategies that Sira brings.</summary>
public static class RoutingStrategies
{
    /// <summary>In the order in which the route lists its models; the default.</summary>
    public const string Ordered = "ordered";

    /// <summary>At random, in proportion to weight.</summary>
    public const string Weighted = "weighted";

    /// <summary>The least expected cost first, unknown prices last.</summary>
    public const string LowestCost = "lowest-cost";

    /// <summary>The least time to the first token (streams) or to the answer (unary) first.</summary>
    public const string LowestLatency = "lowest-latency";
}
