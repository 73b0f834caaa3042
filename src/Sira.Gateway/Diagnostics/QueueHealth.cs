using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Gateway.Routing;
using Sira.Kernel.Health.Status;

namespace Sira.Gateway.Diagnostics;

/// <summary>Degraded while the queue of a route is full, so that further calls are refused.</summary>
internal sealed class QueueHealth(GatewaySnapshots snapshots) : IHealthContributor
{
    public string Name => "queues";

    public ComponentHealth Check()
    {
        var snapshot = snapshots.Current;
        var full = snapshot.Routes.Values.Concat(snapshot.EmbeddingRoutes.Values).Where(static route => route.Queue.MaxLength > 0 && route.State.Queue.Length >= route.Queue.MaxLength).ToArray();
        return new ComponentHealth(
            Name,
            full.Length == 0 ? HealthStatus.Healthy : HealthStatus.Degraded,
            [.. full.Select(static route => $"The queue of the route '{route.Name}' is full: {route.State.Queue.Length} calls wait. Raise its MaxLength, or the Limits of its targets.")]);
    }
}
