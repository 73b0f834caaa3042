using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>One pool that a call reserves from.</summary>
/// <param name="Budget">The limit that it belongs to.</param>
/// <param name="Pool">The kernel's pool.</param>
/// <param name="Watch">What of its thresholds has been told; <see langword="null"/> without thresholds.</param>
/// <param name="Value">The value that it counts for, such as the tenant; <see langword="null"/> when it counts all.</param>
internal readonly record struct CallPool(RoutePool Budget, ResourcePool Pool, ThresholdWatch? Watch, string? Value);
