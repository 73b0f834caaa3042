using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>What the checks of an endpoint have shown so far.</summary>
/// <remarks>Not thread-safe; the prober uses it under its lock.</remarks>
internal sealed class ProbedEndpoint(ProbedService service, Endpoint endpoint, long firstSeen)
{
    private int failures;
    private int successes;
    private bool everPassed;

    public ProbedService Service { get; } = service;

    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>Gets or sets whether the endpoint is not to be checked any more.</summary>
    public bool Dropped { get; set; }

    /// <summary>Gets or sets the check under way, if its verdict is still awaited.</summary>
    public ProbeRun? Awaited { get; set; }

    /// <summary>Gets or sets the check whose code has not returned; it may have timed out long ago.</summary>
    public ProbeRun? Unreturned { get; set; }

    public bool IsFailing { get; private set; }

    public int Failures => failures;

    /// <summary>Gets whether one more like the last check would change the verdict, or bring it nearer to a change.</summary>
    public bool IsChanging => IsFailing ? successes > 0 : failures > 0;

    /// <summary>Counts a check that passed.</summary>
    /// <returns>Whether the endpoint is in service again by it.</returns>
    public bool Pass()
    {
        (failures, everPassed) = (0, true);
        if (!IsFailing || ++successes < Service.Options.HealthyThreshold)
        {
            return false;
        }

        (successes, IsFailing) = (0, false);
        return true;
    }

    /// <summary>Counts a check that failed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="grace">How long after it was first seen failures do not count.</param>
    /// <returns>Whether the endpoint is out of service by it.</returns>
    public bool Fail(long now, long grace)
    {
        successes = 0;
        if (IsFailing || (!everPassed && now - firstSeen < grace) || ++failures < Service.Options.UnhealthyThreshold)
        {
            return false;
        }

        IsFailing = true;
        return true;
    }
}
