using Sira.Gateway.Budgets;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Capacity;

/// <summary>One pool of a target's limits.</summary>
/// <param name="Kind">What it counts; never money.</param>
/// <param name="Pool">The kernel's pool.</param>
internal readonly record struct CapacityPool(RoutePoolKind Kind, ResourcePool Pool);
