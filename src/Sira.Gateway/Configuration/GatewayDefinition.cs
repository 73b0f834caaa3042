namespace Sira.Gateway.Configuration;

/// <summary>What code and file together ask for, before it is checked against backends, strategies and balancers.</summary>
/// <param name="Options">What holds for all routes.</param>
/// <param name="ChatRoutes">The chat routes by name.</param>
/// <param name="EmbeddingRoutes">The embedding routes by name.</param>
internal sealed record GatewayDefinition(
    GatewayOptions Options,
    IReadOnlyDictionary<string, RouteOptions> ChatRoutes,
    IReadOnlyDictionary<string, RouteOptions> EmbeddingRoutes);
