using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>Decides at each attempt anew which pools to reserve from, where any of many may do.</summary>
/// <remarks>Called in the waiting room.</remarks>
internal interface IPlacementPlan
{
    /// <summary>Gets the pools whose room may matter, each with the least that is of use of it. Whoever waits stands in the lines of all.</summary>
    ResourceRequest[] Pools { get; }

    /// <summary>Gets whether there would be no placement if nothing were held.</summary>
    bool IsImpossible { get; }

    /// <summary>Returns what to reserve as things stand.</summary>
    /// <param name="isBarred">Whether others stand in line for a pool before whoever asks.</param>
    /// <returns>The requests; <see langword="null"/> when there is no room.</returns>
    ResourceRequest[]? Place(Func<ResourcePool, bool> isBarred);
}
