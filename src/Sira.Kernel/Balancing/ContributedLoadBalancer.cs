using Sira.Kernel.Contributions;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>A plugin's balancer, as the host holds it. Where it throws, answers nonsense or is gone, the default balancer picks: a pick has no other way to fail.</summary>
internal sealed class ContributedLoadBalancer(Contribution<ILoadBalancer> contribution, string name) : ILoadBalancer
{
    private static readonly PowerOfTwoChoicesBalancer Default = new();

    public string Name => name;

    /// <summary>Gets who it is, for errors.</summary>
    public string Origin { get; } = $"{contribution.Value?.GetType()} of the plugin '{contribution.Contributor.Id}'";

    /// <summary>Gets the balancer to use: the host's own as it is.</summary>
    public static ILoadBalancer? Of(Contribution<ILoadBalancer> contribution) => contribution.Value is not { } balancer ? null
        : contribution.Contributor.IsHost ? balancer
        : new ContributedLoadBalancer(contribution, balancer.Name);

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (contribution.TryEnter(out var call))
        {
            using (call)
            {
                try
                {
                    var picked = call.Value.Pick(endpoints, candidates, context);
                    if ((uint)picked < (uint)candidates.Length)
                    {
                        return picked;
                    }

                    call.Fail(new ArgumentOutOfRangeException(nameof(candidates), picked, $"The balancer '{name}' picked a position that does not exist."));
                }
#pragma warning disable CA1031 // A plugin's mistake is counted and must not fail the request.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    call.Fail(exception);
                }
            }
        }

        return Default.Pick(endpoints, candidates, context);
    }
}
