using Sira.Kernel.Registry;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Tells of the endpoints of all services.</summary>
internal sealed class EndpointDiagnostics(IServiceRegistry registry) : IDiagnosticsSource
{
    public string Name => "endpoints";

    public void Contribute(DiagnosticsSnapshotBuilder snapshot)
    {
        foreach (var service in registry.Services.Order(StringComparer.OrdinalIgnoreCase))
        {
            var known = registry.GetSnapshot(service);
            if (!known.Cordoned.IsEmpty)
            {
                snapshot.AddFact(Name, $"{service} cordoned", string.Join(", ", known.Cordoned));
            }

            foreach (var endpoint in known.Endpoints)
            {
                var breaker = endpoint.Breaker;
                snapshot.Endpoints.Add(new EndpointStatus(service, endpoint.Id, breaker.State, breaker.RemainingBreak, breaker.HealthFactor, endpoint.Load.InFlight, endpoint.Load.Latency));
            }
        }
    }
}
