using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Gateway.Routing;
using Sira.Kernel.Health.Status;

namespace Sira.Gateway.Diagnostics;

/// <summary>Unhealthy while a route has no target that may be called, degraded while one of its targets may not be.</summary>
internal sealed class RouteHealth(GatewaySnapshots snapshots) : IHealthContributor
{
    public string Name => "routes";

    public ComponentHealth Check()
    {
        var snapshot = snapshots.Current;
        var (status, reasons) = (HealthStatus.Healthy, new List<string>());
        foreach (var (kind, route) in snapshot.Routes.Values.Select(static route => ("route", route)).Concat(snapshot.EmbeddingRoutes.Values.Select(static route => ("embedding route", route))))
        {
            var broken = route.Targets.Where(static target => !target.CanEnter()).ToArray();
            if (broken.Length == 0)
            {
                continue;
            }

            var none = broken.Length == route.Targets.Length;
            status = none ? HealthStatus.Unhealthy : status == HealthStatus.Unhealthy ? status : HealthStatus.Degraded;
            var rests = string.Join(", ", broken.Select(static target => string.Create(CultureInfo.InvariantCulture, $"{target.Name} (for {Math.Ceiling(target.RemainingBreak.TotalSeconds)} s)")));
            reasons.Add(none
                ? $"The {kind} '{route.Name}' has no target that may be called; these failed and rest: {rests}."
                : $"The {kind} '{route.Name}' does without {broken.Length} of its {route.Targets.Length} targets, which failed and rest: {rests}.");
        }

        return new ComponentHealth(Name, status, reasons)
        {
            Data = new Dictionary<string, string> { ["routes"] = (snapshot.Routes.Count + snapshot.EmbeddingRoutes.Count).ToString(CultureInfo.InvariantCulture) },
        };
    }
}
