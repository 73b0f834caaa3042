using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>Fair by tokens served: each tenant has a counter that advances by what it is granted, divided by its weight, and the lowest counter goes next.</summary>
/// <remarks>
/// <para>The virtual token counter of "Fairness in Serving Large Language Models" (arXiv 2401.00588). The estimate is booked when it is granted and corrected when it is settled. A tenant that comes back from idleness is lifted to the lowest counter of those who wait.</para>
/// <para>Among tenants that wait all the time for one pool, two counters are never further apart than the largest booking plus what the corrections of calls in flight come to; so what two of them are served in any interval differs by at most twice that (theorem 4.4 there).</para>
/// </remarks>
/// <param name="weight">What a unit of a pool costs; 0 does not count. <see langword="null"/> counts the largest amount asked of any pool of tokens, because nested quotas count the same tokens. Whatever it comes to, a grant costs at least 1, also one that is given back unused, or who costs nothing would always go first.</param>
public sealed class VirtualTokenCounter(Func<ResourcePool, double>? weight = null) : IFairSharePolicy
{
    /// <summary>The name of this policy: <c>vtc</c>.</summary>
    public const string PolicyName = "vtc";

    // A place that was had and given back unused was had all the same.
    private const double LeastCost = 1;

    /// <inheritdoc />
    public string Name => PolicyName;

    /// <inheritdoc />
    public ShareAccount Open() => new Account(weight);

    private sealed class Account(Func<ResourcePool, double>? weight) : ShareAccount
    {
        private double counter;

        public override double Share => counter;

        protected internal override void Charge(ReadOnlySpan<ResourceRequest> granted) => counter += Cost(granted, default) / Weight;

        protected internal override void Settle(ReadOnlySpan<ResourceRequest> granted, ReadOnlySpan<long> actual, double weight) =>
            counter += ((actual.IsEmpty ? LeastCost : Cost(granted, actual)) - Cost(granted, default)) / weight;

        protected internal override void Lift(double floor) => counter = Math.Max(counter, floor);

        protected internal override bool CanForget(double floor) => counter <= floor;

        private double Cost(ReadOnlySpan<ResourceRequest> requests, ReadOnlySpan<long> actual)
        {
            double cost = 0;
            for (var i = 0; i < requests.Length; i++)
            {
                var (pool, asked) = requests[i];
                var amount = actual.IsEmpty ? asked : actual[i];
                cost = weight is not null ? cost + (amount * weight(pool))
                    : pool.Unit == ResourceUnit.Tokens ? Math.Max(cost, amount)
                    : cost;
            }

            return Math.Max(cost, LeastCost);
        }
    }
}
