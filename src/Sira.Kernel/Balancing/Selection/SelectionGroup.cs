namespace Sira.Kernel.Balancing.Selection;

/// <summary>Endpoints among which a balancer picks.</summary>
/// <param name="Candidates">Their indices in the snapshot.</param>
/// <param name="UpTo">The upper bound of the group's share of the calls; the lower is that of the group before.</param>
/// <param name="IsPanic">Whether their health is not believed.</param>
internal sealed record SelectionGroup(int[] Candidates, double UpTo, bool IsPanic);
