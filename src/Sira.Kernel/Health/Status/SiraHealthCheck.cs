using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sira.Kernel.Health.Status;

/// <summary>Sira's status as a health check of the host: <c>services.AddHealthChecks().AddCheck&lt;SiraHealthCheck&gt;("sira")</c>.</summary>
/// <param name="health">The status.</param>
public sealed class SiraHealthCheck(ISiraHealth health) : IHealthCheck
{
    /// <summary>Tells the status. An unhealthy one is told as the failure status of the registration.</summary>
    /// <param name="context">The registration.</param>
    /// <param name="cancellationToken">Not used: the status is at hand.</param>
    /// <returns>The status, with the reasons as its description and the components as its data.</returns>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var summary = health.Check();
        var status = summary.Status == HealthStatus.Unhealthy ? context?.Registration?.FailureStatus ?? HealthStatus.Unhealthy : summary.Status;
        var description = string.Join(' ', summary.Reasons);
        return Task.FromResult(new HealthCheckResult(
            status,
            description.Length == 0 ? null : description,
            data: summary.Components.ToDictionary(static component => component.Name, static component => (object)component.Status.ToString())));
    }
}
