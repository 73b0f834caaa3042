using Sira.Kernel.Overload;

namespace Sira.Gateway.Configuration;

/// <summary>How often and how soon a failed attempt is repeated. Sira's is the only retry loop: switch off that of an SDK behind <c>AddBackend</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>Gets or sets how often the same target is asked again after an error that may pass.</summary>
    /// <value>Default 2.</value>
    public int MaxRetriesPerTarget { get; set; } = 2;

    /// <summary>Gets or sets how many attempts one model call may make over all its targets.</summary>
    /// <value>Default 6.</value>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>Gets or sets how many retries the route's calls earn together: while more fail than that, failed calls go on to the next target, or fail, instead of adding to the load.</summary>
    /// <value>Default one retry for five calls, and one per second whatever calls earn.</value>
    public RetryBudgetOptions Budget { get; set; } = RetryBudgetOptions.Default;

    /// <summary>Gets or sets the back-off before the first retry; it doubles with each further one.</summary>
    /// <value>Default 500 ms.</value>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the longest back-off, and the longest retry-after of a provider that is waited out instead of trying another target.</summary>
    /// <value>Default 8 s.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(8);
}
