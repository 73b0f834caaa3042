using Sira.Gateway.Routing;

namespace Sira.Gateway.Shadow;

/// <summary>Where a route's calls are mirrored to.</summary>
/// <param name="Route">The route of the mirrored calls; it has no budget and no name that callers could ask for.</param>
/// <param name="Percent">The share of calls.</param>
/// <param name="MaxConcurrency">How many at once.</param>
internal sealed record ShadowRoute(Route Route, double Percent, int MaxConcurrency);
