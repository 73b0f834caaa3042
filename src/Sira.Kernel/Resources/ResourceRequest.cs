namespace Sira.Kernel.Resources;

/// <summary>An amount asked of a pool.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Amount">The amount, in the pool's unit; not negative. 0 always fits.</param>
public readonly record struct ResourceRequest(ResourcePool Pool, long Amount);
