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

        var random = context.Random.NextDouble();
        var start = 0;
        if (candidates.Length > Considered)
        {
            // One number for both: its fraction is as random as it was, and of 53 bits enough are left.
            var place = random * candidates.Length;
            start = (int)place;
            random = place - start;
        }

        Span<double> shares = stackalloc double[Considered];
        shares = shares[..Math.Min(Considered, candidates.Length)];
        var total = Fill(endpoints, candidates, start, shares, out var alike);
        return alike
            ? PickAlike(endpoints, candidates, start, shares.Length, random, context.Random.NextDouble())
            : PickByShare(endpoints, candidates, start, shares, total, random, context.Random.NextDouble());
    }

    // As PickByShare with equal shares, without walking through them: the rule, and half the work.
    private static int PickAlike(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, int start, int count, double random, double further)
    {
        var first = Math.Min((int)(random * count), count - 1);
        var again = 1d / (count * count * count);
        var left = PositionOf(start + first, candidates.Length);
        if (further < again)
        {
            return left;
        }

        var second = Math.Min((int)((further - again) / (1 - again) * (count - 1)), count - 2);
        var right = PositionOf(start + second + (second >= first ? 1 : 0), candidates.Length);
        return Cost(endpoints[candidates[right]], 1) < Cost(endpoints[candidates[left]], 1) ? right : left;
    }

    private static int PickByShare(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, int start, Span<double> shares, double total, double random, double further)
    {
        var first = Draw(shares, random * total);

        // Three draws all fall on the first with the cube of its part; what is left of the random number after that decision draws among the others.
        var share = shares[first];
        var part = share / total;
        var again = part * part * part;
        var left = PositionOf(start + first, candidates.Length);
        if (further < again)
        {
            return left;
        }

        shares[first] = 0;
        var second = Draw(shares, (further - again) / (1 - again) * (total - share));
        var average = total / shares.Length;
        var right = PositionOf(start + second, candidates.Length);
        return Cost(endpoints[candidates[right]], shares[second] / average) < Cost(endpoints[candidates[left]], share / average) ? right : left;
    }

    // Neighbours go on at the beginning after the end.
    private static int PositionOf(int place, int count) => place < count ? place : place - count;

    private static double Fill(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, int start, Span<double> shares, out bool alike)
    {
        var total = 0d;
        var differ = false;
        var place = start;
        for (var i = 0; i < shares.Length; i++)
        {
            var endpoint = endpoints[candidates[place]];
            var share = endpoint.Weight * endpoint.HealthFactor;
            shares[i] = share;
            total += share;
            differ |= share != shares[0];
            place = place + 1 == candidates.Length ? 0 : place + 1;
        }

        alike = !differ && total > 0;
        return total > 0 ? total : FillBroken(endpoints, candidates, start, shares);
    }

    private static double FillBroken(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, int start, Span<double> shares)
    {
        for (var basis = ShareBasis.Weight; ; basis++)
        {
            var total = 0d;
            for (var i = 0; i < shares.Length; i++)
            {
                total += shares[i] = EndpointShares.Of(endpoints[candidates[PositionOf(start + i, candidates.Length)]], basis);
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
        if (latency > 0 && endpoint.Breaker.IsClosed)
        {
            return inFlight == 0 ? latency : latency * (1 + (inFlight / share));
        }

        return inFlight == 0 ? 0 : UnknownPenalty * (1 + (inFlight / share));
    }
}
