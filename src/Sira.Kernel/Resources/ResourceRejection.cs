namespace Sira.Kernel.Resources;

/// <summary>Why a reservation was refused.</summary>
/// <param name="Pool">The pool that had too little.</param>
/// <param name="Requested">What was asked of it.</param>
/// <param name="Used">What was reserved or used at that moment.</param>
/// <param name="RetryAfter">When it may fit, if that is known.</param>
public readonly record struct ResourceRejection(ResourcePool Pool, long Requested, long Used, TimeSpan? RetryAfter)
{
    /// <summary>Says what was asked, what is used, what the limit is and when it may fit.</summary>
    /// <returns>A sentence without a full stop, or an empty string when nothing was refused.</returns>
    public override string ToString()
    {
        if (Pool is not { } pool)
        {
            return string.Empty;
        }

        var wait = RetryAfter is { } retryAfter ? $", fits in {retryAfter:c}"
            : Requested > pool.Limit ? ", which can never fit"
            : string.Empty;
        return $"{pool.Name}: {pool.Unit.Format(Requested)} asked, {pool.Unit.Format(Used)} of {pool.Unit.Format(pool.Limit)} used{wait}";
    }
}
