namespace Sira.Kernel.Admission;

/// <summary>How somebody waits in a queue.</summary>
/// <param name="Priority">Who is served first: the higher number; in the order of arrival among equals, or fairly among tenants where the queue shares so.</param>
/// <param name="MaximumWait">How long to wait at most; <see langword="null"/>, or more than the queue allows, means as long as the queue allows. Zero does not wait, yet does not overtake those who do.</param>
/// <param name="Tenant">Whom it is for, in a queue that shares fairly; all who name nobody count as one.</param>
/// <param name="Weight">How much the tenant is entitled to beside the others, in a queue that shares fairly: twice the weight, twice the share. 0 stands for 1.</param>
public readonly record struct QueueEntry(int Priority = 0, TimeSpan? MaximumWait = null, string? Tenant = null, double Weight = 0)
{
    internal double EffectiveWeight => Weight == 0 ? 1 : Weight;

    internal void ThrowIfInvalid()
    {
        if (MaximumWait is { } wait && wait != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(MaximumWait));
        }

        if (!(Weight >= 0 && double.IsFinite(Weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(Weight), Weight, "A weight is a number above 0, or 0 for the weight 1.");
        }
    }
}
