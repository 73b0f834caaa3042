using Sira.Kernel.Health;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>How often a call is made, and what its failures mean.</summary>
public sealed record FailoverOptions
{
    /// <summary>Gets the defaults.</summary>
    public static FailoverOptions Default { get; } = new();

    /// <summary>Gets how many endpoints are tried at most, each once.</summary>
    /// <value>Default 3.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above 100.</exception>
    public int MaximumAttempts
    {
        get;
        init => field = value is >= 1 and <= 100 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Use 1 to 100 attempts.");
    }

    = 3;

    /// <summary>Gets what an exception says about the endpoint: <see cref="CircuitOutcome.Failure"/> counts against it and the next one is tried; anything else is the caller's own and thrown to it at once.</summary>
    /// <value>Default: every exception is a failure, but the caller's own cancellation, which is never asked about.</value>
    public Func<Exception, CircuitOutcome> Classify { get; init; } = static _ => CircuitOutcome.Failure;
}
