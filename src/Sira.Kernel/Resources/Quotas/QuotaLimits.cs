namespace Sira.Kernel.Resources.Quotas;

/// <summary>The pools of all levels of one path, outermost first, with the kind that each counts. Immutable; replaced as a whole when limits change.</summary>
internal sealed record QuotaLimits(ResourcePool[] Pools, int[] Kinds);
