namespace Sira.Kernel.Health.Probing;

/// <summary>One check under way.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="stalledBefore">For how long this process had stood still when it began.</param>
internal sealed class ProbeRun(ProbedEndpoint endpoint, long stalledBefore)
{
    public ProbedEndpoint Endpoint { get; } = endpoint;

    public long StalledBefore { get; } = stalledBefore;

    public CancellationTokenSource Cancellation { get; } = new();

    public ITimer? Deadline { get; set; }
}
