using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>A probe made of a delegate.</summary>
internal sealed class DelegateProbe : IHealthProbe
{
    private readonly Func<Endpoint, CancellationToken, ValueTask<ProbeResult>> probe;

    public DelegateProbe(string name, Func<Endpoint, CancellationToken, ValueTask<ProbeResult>> probe)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(probe);
        (Name, this.probe) = (name, probe);
    }

    public string Name { get; }

    public ValueTask<ProbeResult> ProbeAsync(Endpoint endpoint, HealthCheckOptions options, CancellationToken cancellationToken) => probe(endpoint, cancellationToken);
}
