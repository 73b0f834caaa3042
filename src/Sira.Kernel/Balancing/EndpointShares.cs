using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>The share of traffic that each candidate should get, relative to the others.</summary>
internal static class EndpointShares
{
    /// <summary>Gets the share of one endpoint.</summary>
    public static double Of(Endpoint endpoint, ShareBasis basis) => basis switch
    {
        ShareBasis.Health => endpoint.Weight * endpoint.HealthFactor,
        ShareBasis.Weight => endpoint.Weight,
        _ => 1,
    };

    /// <summary>Sums the shares up, on the first basis on which any candidate has one.</summary>
    /// <returns>The sum, above 0.</returns>
    public static double Total(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, out ShareBasis basis)
    {
        for (basis = ShareBasis.Health; ; basis++)
        {
            var total = 0d;
            foreach (var candidate in candidates)
            {
                total += Of(endpoints[candidate], basis);
            }

            if (total > 0)
            {
                return total;
            }
        }
    }
}
