using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>The names of the probes that Sira brings, and probes for use without a container.</summary>
public static class HealthProbes
{
    /// <summary>GET on <see cref="HealthCheckOptions.Path"/> of the endpoint's address: any status from 200 to 299 passes.</summary>
    public const string Http = "http";

    /// <summary>A connection to the host and port of the endpoint's address.</summary>
    public const string Tcp = "tcp";

    /// <summary>Makes one of each.</summary>
    /// <returns>The probes.</returns>
    public static IReadOnlyList<IHealthProbe> CreateDefaults() => [new HttpProbe(), new TcpProbe()];

    /// <summary>Makes a probe of a delegate.</summary>
    /// <param name="name">The name.</param>
    /// <param name="probe">Checks an endpoint once.</param>
    /// <returns>The probe.</returns>
    public static IHealthProbe Create(string name, Func<Endpoint, CancellationToken, ValueTask<ProbeResult>> probe) => new DelegateProbe(name, probe);
}
