using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks one endpoint among equals. Implementations are thread-safe, do not block and do not allocate.</summary>
public interface ILoadBalancer
{
    /// <summary>Gets the name by which configuration asks for this balancer, such as <c>p2c</c>.</summary>
    string Name { get; }

    /// <summary>Picks a candidate.</summary>
    /// <param name="endpoints">All endpoints that candidates index into.</param>
    /// <param name="candidates">Indices into <paramref name="endpoints"/> of those that may be picked; at least one.</param>
    /// <param name="context">Randomness and the affinity key.</param>
    /// <returns>A position in <paramref name="candidates"/>.</returns>
    int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context);
}
