namespace Sira.Kernel.Resources;

/// <summary>Why a reservation was refused.</summary>
/// <param name="Pool">The pool that had too little.</param>
/// <param name="Requested">What was asked of it.</param>
/// <param name="Used">What was reserved or used at that moment.</param>
/// <param name="RetryAfter">When it may fit, if that is known.</param>
public readonly record struct ResourceRejection(ResourcePool Pool, long Requested, long Used, TimeSpan? RetryAfter);
