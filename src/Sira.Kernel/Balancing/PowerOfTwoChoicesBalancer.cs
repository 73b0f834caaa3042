using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Draws two candidates at random, in proportion to weight times health, and picks the one with the lower cost: peak-EWMA latency times load.</summary>
/// <remarks>
/// <para>Cost is <c>latency × (1 + in-flight / share)</c>, the share being relative to the average candidate's. The weight is not in the cost of an idle endpoint because it is in the draw already:
/// among endpoints that perform alike, traffic then follows the weights instead of their squares.</para>
/// <para>The second draw is repeated, up to three draws in all, while it falls on the first. Three things follow, with s the candidate's part of all shares: the worst candidate still gets s⁴ of the calls
/// (6 % of two, 0.4 % of four), so that its recovery is noticed; the best gets at most 4s, so that a canary of 1 % stays one; and ties go by the shares exactly.</para>
/// <para>Cold start, as in Finagle: an endpoint without a latency, or whose latency dates from before it broke, costs nothing while idle and a fortune while a call is in flight. So it is tried as soon as it is drawn,
/// by one call at a time until the first answer has come back.</para>
/// <para>Of more than eight candidates, eight neighbours from a random place on are considered, so that a pick takes the same time however many there are.</para>
/// </remarks>
internal sealed class PowerOfTwoChoicesBalancer : ILoadBalancer
{
    private const int Considered = 8;

    // Ticks; longer than any latency (163 days), and small enough for calls in flight still to count beside it.
    private const double UnknownPenalty = 1L << 47;

    public string Name => LoadBalancers.PowerOfTwoChoices;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }

        if (candidates.Length <= Considered)
        {
            return PickConsidered(endpoints, candidates, context);
        }

        var start = context.Random.Next(candidates.Length);
        Span<int> neighbours = stackalloc int[Considered];
        var next = start;
        for (var i = 0; i < Considered; i++)
        {
            neighbours[i] = candidates[next];
            next = next + 1 == candidates.Length ? 0 : next + 1;
        }

        return (start + PickConsidered(endpoints, neighbours, context)) % candidates.Length;
    }

    private static int PickConsidered(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        Span<double> shares = stackalloc double[Considered];
        shares = shares[..candidates.Length];
        var total = Fill(endpoints, candidates, shares);
        var first = Draw(shares, context.Random.NextDouble() * total);

        // Three draws all fall on the first with the cube of its part; what is left of the random number after that decision draws among the others.
        var share = shares[first];
        var part = share / total;
        var again = part * part * part;
        var random = context.Random.NextDouble();
        if (random < again)
        {
            return first;
        }

        shares[first] = 0;
        var second = Draw(shares, (random - again) / (1 - again) * (total - share));
        var average = total / shares.Length;
        return Cost(endpoints[candidates[second]], shares[second] / average) < Cost(endpoints[candidates[first]], share / average) ? second : first;
    }

    private static double Fill(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, Span<double> shares)
    {
        for (var basis = ShareBasis.Health; ; basis++)
        {
            var total = 0d;
            for (var i = 0; i < shares.Length; i++)
            {
                total += shares[i] = EndpointShares.Of(endpoints[candidates[i]], basis);
            }

            if (total > 0)
            {
                return total;
            }
        }
    }

    private static int Draw(ReadOnlySpan<double> shares, double point)
    {
        var last = 0;
        for (var i = 0; i < shares.Length; i++)
        {
            if (shares[i] > 0)
            {
                last = i;
                point -= shares[i];
                if (point < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private static double Cost(Endpoint endpoint, double share)
    {
        var inFlight = endpoint.Load.InFlight;
        var latency = endpoint.Load.LatencyTicks;
        if (latency > 0 && endpoint.Breaker.State == CircuitState.Closed)
        {
            return latency * (1 + (inFlight / share));
        }

        return inFlight == 0 ? 0 : UnknownPenalty * (1 + (inFlight / share));
    }
}
