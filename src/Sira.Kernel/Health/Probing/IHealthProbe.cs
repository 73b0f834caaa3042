using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>Asks an endpoint how it is. Implementations are thread-safe.</summary>
public interface IHealthProbe
{
    /// <summary>Gets the name by which configuration asks for this probe, such as <c>http</c>.</summary>
    string Name { get; }

    /// <summary>Checks an endpoint once. What it throws counts as <see cref="ProbeOutcome.Unhealthy"/>. One that neither returns nor throws in time does too, and its endpoint is not asked again until it does.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="options">How the service is checked.</param>
    /// <param name="cancellationToken">Cancelled when the check has timed out or is not needed any more.</param>
    /// <returns>The result.</returns>
    ValueTask<ProbeResult> ProbeAsync(Endpoint endpoint, HealthCheckOptions options, CancellationToken cancellationToken);
}
