using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>What one tenant has had. Who has the lowest <see cref="Share"/> of those who wait is served next.</summary>
/// <remarks>Called under the lock of its <see cref="FairShare"/>, by one thread at a time. Members must be quick, and must neither throw nor block nor reserve.</remarks>
public abstract class ShareAccount
{
    /// <summary>Gets the weight of the tenant: with twice the weight, twice as much makes the same share. Above 0; the latest that a <see cref="QueueEntry"/> gave.</summary>
    public double Weight { get; internal set; } = 1;

    /// <summary>Gets the share: what the tenant has had, divided by its weight.</summary>
    public abstract double Share { get; }

    /// <summary>Books what was granted.</summary>
    /// <param name="granted">What was reserved.</param>
    protected internal abstract void Charge(ReadOnlySpan<ResourceRequest> granted);

    /// <summary>Replaces what was booked for a reservation by what it came to. Called once for each <see cref="Charge"/>.</summary>
    /// <param name="granted">What was reserved.</param>
    /// <param name="actual">What was used, in the same order; empty when it was given back unused.</param>
    /// <param name="weight">The weight at which it was booked.</param>
    protected internal abstract void Settle(ReadOnlySpan<ResourceRequest> granted, ReadOnlySpan<long> actual, double weight);

    /// <summary>Tells that the tenant comes to wait after having waited for nothing. A policy that counts the past raises its share to the floor, so that idleness saves nothing up.</summary>
    /// <param name="floor">The lowest share among those who wait for the same, or of who was served last when nobody waits.</param>
    protected internal abstract void Lift(double floor);

    /// <summary>Returns whether a new account would be as good as this one, for a tenant that waits for nothing and holds nothing.</summary>
    /// <param name="floor">The share to which a new account would be lifted.</param>
    /// <returns>Whether nothing is lost with it.</returns>
    protected internal abstract bool CanForget(double floor);
}
