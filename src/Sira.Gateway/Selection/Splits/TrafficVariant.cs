using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;

namespace Sira.Gateway.Selection.Splits;

/// <summary>An arm of a traffic split as requests use it; the control has no layer.</summary>
internal sealed class TrafficVariant(string name, double percent, RoutingLayer? layer)
{
    public string Name => name;

    public double Percent => percent;

    public RoutingLayer? Layer => layer;

    /// <summary>How the arm's requests are routed to which nothing else applies.</summary>
    public RoutingPlan Plan { get; private set; } = null!;

    public void Bind(Route route) => Plan = new RoutingPlan(route, layer is null ? route.Plan.Layers : [.. route.Plan.Layers, layer], name, layer);
}
