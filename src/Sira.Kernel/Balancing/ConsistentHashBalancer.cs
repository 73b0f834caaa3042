using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks the candidate that the affinity key hashes to; without a key, picks by <see cref="PowerOfTwoChoicesBalancer"/>.</summary>
/// <remarks>
/// Weighted rendezvous hashing: each candidate's score is <c>-share / ln(u)</c>, u being the hash of key and identity as a number between 0 and 1; the highest wins. Keys spread in proportion to the shares,
/// and when a candidate goes or its share shrinks only keys that it had move; when one comes or grows, keys move only to it. So during slow start its keys come back little by little.
/// </remarks>
internal sealed class ConsistentHashBalancer : ILoadBalancer
{
    private readonly PowerOfTwoChoicesBalancer withoutKey = new();

    public string Name => LoadBalancers.ConsistentHash;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }

        if (context.AffinityKey == 0)
        {
            return withoutKey.Pick(endpoints, candidates, context);
        }

        _ = EndpointShares.Total(endpoints, candidates, out var basis);
        var picked = 0;
        var highest = 0d;
        for (var i = 0; i < candidates.Length; i++)
        {
            var endpoint = endpoints[candidates[i]];
            var score = RendezvousScore.Of(endpoint, EndpointShares.Of(endpoint, basis), context.AffinityKey);
            if (score > highest)
            {
                (picked, highest) = (i, score);
            }
        }

        return picked;
    }
}
