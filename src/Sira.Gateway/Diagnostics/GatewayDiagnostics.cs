using System.Globalization;
using Sira.Gateway.Attempts;
using Sira.Gateway.Routing;
using Sira.Kernel.Diagnostics.Inspection;

namespace Sira.Gateway.Diagnostics;

/// <summary>Tells of the queues of routes, the calls under way and recent decisions.</summary>
internal sealed class GatewayDiagnostics(GatewaySnapshots snapshots, CallsInFlight inFlight, DecisionLog decisions) : IDiagnosticsSource
{
    public string Name => "gateway";

    public void Contribute(DiagnosticsSnapshotBuilder snapshot)
    {
        var current = snapshots.Current;
        foreach (var route in current.Routes.Values.Concat(current.EmbeddingRoutes.Values).Where(static route => route.Queue.MaxLength > 0))
        {
            var queue = route.State.Queue;
            snapshot.Queues.Add(new QueueStatus("route " + route.Name, queue.Length, route.Queue.MaxLength, queue.OldestWait));
        }

        snapshot.AddFact(Name, "calls in flight", inFlight.Count.ToString(CultureInfo.InvariantCulture));
        snapshot.AddFact(Name, "draining", inFlight.IsDraining ? "yes" : "no");
        foreach (var decision in decisions.Show(snapshot.DecisionFilter))
        {
            snapshot.Decisions.Add(decision);
        }
    }
}
