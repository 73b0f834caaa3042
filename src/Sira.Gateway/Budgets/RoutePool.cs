using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>One pool that a call of a route reserves from.</summary>
/// <param name="Kind">What it counts.</param>
/// <param name="Pool">The kernel's pool.</param>
internal readonly record struct RoutePool(RoutePoolKind Kind, ResourcePool Pool);
