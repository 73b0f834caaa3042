using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>Fair over several resources: the share of a tenant is the largest part that it holds of any of them, divided by its weight, and the lowest share goes next.</summary>
/// <remarks>Dominant resource fairness (Ghodsi et al., NSDI 2011). What is held counts until it ends; the past does not, so a tenant that comes back from idleness needs no lifting.</remarks>
public sealed class DominantResourceFairness : IFairSharePolicy
{
    /// <summary>The name of this policy: <c>drf</c>.</summary>
    public const string PolicyName = "drf";

    private readonly ResourcePool[] pools;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="pools">The pools that the tenants share. Others, such as a tenant's own quota, do not count. Their limits may change.</param>
    /// <exception cref="ArgumentException">There is no pool, or one is <see langword="null"/>.</exception>
    public DominantResourceFairness(params IEnumerable<ResourcePool> pools)
    {
        ArgumentNullException.ThrowIfNull(pools);
        this.pools = [.. pools];
        if (this.pools.Length == 0 || this.pools.Contains(null))
        {
            throw new ArgumentException("Name the pools that the tenants share: at least one, and none of them null.", nameof(pools));
        }
    }

    /// <inheritdoc />
    public string Name => PolicyName;

    /// <inheritdoc />
    public ShareAccount Open() => new Account(pools);

    private sealed class Account(ResourcePool[] pools) : ShareAccount
    {
        private readonly long[] held = new long[pools.Length];

        public override double Share
        {
            get
            {
                double share = 0;
                for (var i = 0; i < pools.Length; i++)
                {
                    share = held[i] > 0 ? Math.Max(share, held[i] / (double)Math.Max(1, pools[i].Limit)) : share;
                }

                return share / Weight;
            }
        }

        protected internal override void Charge(ReadOnlySpan<ResourceRequest> granted) => Book(granted, 1);

        protected internal override void Settle(ReadOnlySpan<ResourceRequest> granted, ReadOnlySpan<long> actual, double weight) => Book(granted, -1);

        protected internal override void Lift(double floor)
        {
        }

        protected internal override bool CanForget(double floor) => !held.AsSpan().ContainsAnyExcept(0);

        private void Book(ReadOnlySpan<ResourceRequest> granted, int sign)
        {
            foreach (var (pool, amount) in granted)
            {
                var index = Array.IndexOf(pools, pool);
                if (index >= 0)
                {
                    held[index] += sign * amount;
                }
            }
        }
    }
}
