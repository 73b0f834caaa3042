using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>One of the sets of pools that an entry asks for, and where it waits for that.</summary>
/// <remarks>Changed in the waiting room only.</remarks>
internal sealed class WaitingPlace(WaitingEntry entry, int alternative, ResourceRequest[] requests, IPlacementPlan? plan = null)
{
    private ResourceRejection rejection;
    private long rejectedAt;

    public WaitingEntry Entry { get; } = entry;

    public int Alternative { get; } = alternative;

    public ResourceRequest[] Requests { get; } = requests;

    /// <summary>Gets what decides from which pools to reserve; <see langword="null"/> where the requests say it.</summary>
    public IPlacementPlan? Plan { get; } = plan;

    /// <summary>Gets or sets where it stands; <see langword="null"/> unless it waits.</summary>
    public WaitLine? Line { get; set; }

    /// <summary>Gets or sets on which place of the line it stands.</summary>
    public LineSlot? Slot { get; set; }

    /// <summary>Gets or sets who of its tenant stands in the line before it.</summary>
    public WaitingPlace? Previous { get; set; }

    /// <summary>Gets or sets who of its tenant stands in the line after it.</summary>
    public WaitingPlace? Next { get; set; }

    public void Reject(in ResourceRejection reason) => (rejection, rejectedAt) = (reason, Entry.Queue.Now);

    /// <summary>Gets when it may fit, if that is known and it is the first of its line.</summary>
    public long? RetryAt => rejection.RetryAfter is { } retry && Line is { } line && ReferenceEquals(rejection.Pool, line.Pool) && ReferenceEquals(line.Foremost, this)
        ? Entry.Queue.Later(rejectedAt, retry)
        : null;

    /// <summary>Says why it waits. Who stands behind others has not been refused by the pool itself; it fits no sooner than the first of them.</summary>
    public ResourceRejection Describe(WaitLine line)
    {
        long asked = 0;
        foreach (var (pool, amount) in Requests)
        {
            asked += ReferenceEquals(pool, line.Pool) ? amount : 0;
        }

        var refused = ReferenceEquals(rejection.Pool, line.Pool) ? this : line.Foremost;
        return new ResourceRejection(line.Pool, asked, line.Pool.Used, refused?.RemainingRetryAfter(line.Pool));
    }

    private TimeSpan? RemainingRetryAfter(ResourcePool pool) =>
        ReferenceEquals(rejection.Pool, pool) && rejection.RetryAfter - Entry.Queue.Since(rejectedAt) is { } left ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : null;
}
