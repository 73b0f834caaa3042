using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>Shares what is waited for among tenants instead of serving in the order of arrival. Give it to an <see cref="AdmissionQueue"/>.</summary>
/// <remarks>
/// <para>Thread-safe. Several queues may share one, and should where they wait for the same pools; where they wait for different ones, give each its own, because what a tenant had of the one says nothing of the other.</para>
/// <para>The higher priority still goes first; among equals the tenant with the lowest share does, and within a tenant who came first. A place that is free is never kept from whoever is first. Everything that is reserved through such a queue is booked, also what did not have to wait.</para>
/// <para>A tenant that holds and waits for nothing costs nothing but its account, and no longer that once the others have caught up with it. When more are known than allowed, one that is idle is forgotten, preferably one that loses nothing by it.</para>
/// </remarks>
public sealed class FairShare
{
    /// <summary>How many tenants are remembered at most unless it is told otherwise: 10,000.</summary>
    public const int DefaultMaximumTenants = 10_000;

    // How many are looked at for each new one, so that a flood of names costs each of them the same.
    private const int Glances = 32;

    private readonly Dictionary<string, FairTenant> tenants = new(StringComparer.Ordinal);
    private readonly List<FairTenant> ring = [];
    private readonly Lock gate = new();
    private readonly int maximumTenants;
    private FairTenant? lastServed;
    private double floor;
    private int backlogged;
    private int hand;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="policy">What equal means.</param>
    /// <param name="maximumTenants">How many tenants are remembered at most, but for those that wait or hold something.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one tenant is allowed.</exception>
    public FairShare(IFairSharePolicy policy, int maximumTenants = DefaultMaximumTenants)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumTenants, 1);
        Policy = policy;
        this.maximumTenants = maximumTenants;
    }

    /// <summary>Gets what equal means.</summary>
    public IFairSharePolicy Policy { get; }

    /// <summary>Gets how many tenants are known now.</summary>
    public int TenantCount
    {
        get
        {
            lock (gate)
            {
                return tenants.Count;
            }
        }
    }

    /// <summary>Returns the share of a tenant: what it has had, in the coin of the policy and divided by its weight.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The share; 0 of a tenant that is not known.</returns>
    public double ShareOf(string tenant)
    {
        lock (gate)
        {
            return tenants.TryGetValue(tenant, out var known) ? known.Account.Share : 0;
        }
    }

    internal Lock Gate => gate;

    // What a newcomer to an empty line is lifted to. While others wait elsewhere, the share of who was served last has moved on from what theirs is.
    internal double Floor => backlogged == 0 && lastServed is { } last ? Math.Max(floor, last.Account.Share) : floor;

    /// <summary>Returns a tenant and keeps it known until <see cref="Return"/>.</summary>
    internal FairTenant Borrow(string? key, double weight)
    {
        lock (gate)
        {
            var tenant = GetOrAdd(key ?? string.Empty, weight);
            tenant.Asking++;
            return tenant;
        }
    }

    internal void Return(FairTenant tenant)
    {
        lock (gate)
        {
            tenant.Asking--;
        }
    }

    internal void BeginToWait(FairTenant tenant)
    {
        lock (gate)
        {
            if (tenant.Backlog++ == 0)
            {
                tenant.IsNewcomer = true;
                backlogged++;
            }
        }
    }

    internal void EndToWait(FairTenant tenant)
    {
        lock (gate)
        {
            if (--tenant.Backlog == 0)
            {
                tenant.IsNewcomer = false;
                backlogged--;
            }
        }
    }

    /// <summary>Books what did not have to wait.</summary>
    internal void Charge(string? key, double weight, Reservation reservation)
    {
        lock (gate)
        {
            var tenant = GetOrAdd(key ?? string.Empty, weight);
            if (tenant.Backlog == 0)
            {
                tenant.Account.Lift(Floor);
            }

            Book(tenant, reservation);
        }
    }

    /// <summary>Books what a tenant has got; the end of the reservation corrects that.</summary>
    internal void Charge(FairTenant tenant, Reservation reservation)
    {
        lock (gate)
        {
            if (tenant.Backlog == 0)
            {
                tenant.Account.Lift(Floor);
            }

            Book(tenant, reservation);
        }
    }

    internal void Settle(FairTenant tenant, ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual, double weight)
    {
        lock (gate)
        {
            tenant.Account.Settle(held, actual, weight);
            tenant.Running--;
            tenant.Moved();
        }
    }

    private void Book(FairTenant tenant, Reservation reservation)
    {
        if (tenant.Backlog > 0 || backlogged == 0)
        {
            floor = Math.Max(floor, tenant.Account.Share);
        }

        tenant.Account.Charge(reservation.Held);
        tenant.Running++;
        tenant.Moved();
        lastServed = tenant;
        reservation.TryObserve(new FairCharge(tenant, tenant.Account.Weight));
    }

    private FairTenant GetOrAdd(string key, double weight)
    {
        if (!tenants.TryGetValue(key, out var tenant))
        {
            Forget();
            tenant = new FairTenant(this, key, Policy.Open());
            tenants.Add(key, tenant);
            ring.Add(tenant);
        }

        if (tenant.Account.Weight != weight)
        {
            tenant.Account.Weight = weight;
            tenant.Moved();
        }

        return tenant;
    }

    // Looks at some of the known for each that is new: at two as long as there is room, so that those who lose nothing by it go in time.
    private void Forget()
    {
        var glances = ring.Count < maximumTenants ? 2 : Glances;
        var least = -1;
        for (; glances > 0 && ring.Count > 0; glances--)
        {
            hand = hand < ring.Count ? hand : 0;
            var tenant = ring[hand];
            if (tenant.IsIdle && tenant.Account.CanForget(Floor))
            {
                RemoveAt(hand);
                least = -1;
            }
            else
            {
                least = tenant.IsIdle && (least < 0 || tenant.Account.Share < ring[least].Account.Share) ? hand : least;
                hand++;
            }
        }

        if (ring.Count >= maximumTenants && least >= 0)
        {
            RemoveAt(least);
        }
    }

    private void RemoveAt(int index)
    {
        tenants.Remove(ring[index].Key);
        ring[index] = ring[^1];
        ring.RemoveAt(ring.Count - 1);
    }
}
