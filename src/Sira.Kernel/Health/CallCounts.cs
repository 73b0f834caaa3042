namespace Sira.Kernel.Health;

/// <summary>How many calls of a window ended well and badly.</summary>
internal readonly record struct CallCounts(long Successes, long Failures)
{
    /// <summary>Gets the number of all calls.</summary>
    public long Total => Successes + Failures;
}
