using Sira.Kernel.Balancing;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Tests.Balancing;

/// <summary>A host's own balancer, under any name.</summary>
internal sealed class FirstBalancer(string name) : ILoadBalancer
{
    public FirstBalancer()
        : this("first")
    {
    }

    public string Name => name;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context) => 0;
}
