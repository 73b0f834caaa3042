namespace Sira.Kernel.Balancing;

/// <summary>The names of the balancers that Sira brings, and the balancers themselves for use without a container.</summary>
/// <remarks>All of them honour weight times health, pass over candidates whose share is 0 while another has one, and fall back to weight alone when the caller offers only broken endpoints.</remarks>
public static class LoadBalancers
{
    /// <summary>The first candidate in the configured order.</summary>
    public const string Ordered = "ordered";

    /// <summary>A random candidate, in proportion to weight.</summary>
    public const string Weighted = "weighted";

    /// <summary>Each candidate in turn, in proportion to weight.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>The candidate with the fewest calls in flight per weight.</summary>
    public const string LeastLoaded = "least-loaded";

    /// <summary>The better of two random candidates by peak-EWMA latency times calls in flight; the default.</summary>
    public const string PowerOfTwoChoices = "p2c";

    /// <summary>The candidate that the affinity key hashes to, the same while the set of candidates is the same (rendezvous hashing).</summary>
    public const string ConsistentHash = "consistent-hash";

    /// <summary>As <see cref="ConsistentHash"/>, but a candidate that is busier than 1.25 times its share passes calls on to the next in the key's order.</summary>
    public const string BoundedConsistentHash = "bounded-consistent-hash";

    /// <summary>Makes one of each.</summary>
    /// <returns>The balancers, ready for <see cref="LoadBalancerRegistry"/>.</returns>
    public static IReadOnlyList<ILoadBalancer> CreateDefaults() =>
    [
        new OrderedBalancer(),
        new WeightedBalancer(),
        new RoundRobinBalancer(),
        new LeastLoadedBalancer(),
        new PowerOfTwoChoicesBalancer(),
        new ConsistentHashBalancer(),
        new BoundedConsistentHashBalancer(),
    ];
}
