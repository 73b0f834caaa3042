namespace Sira.Kernel.Registry;

/// <summary>An origin that lists an endpoint.</summary>
/// <param name="Origin">The name of the origin; empty for endpoints that are given without one.</param>
/// <param name="EndpointId">The endpoint's identity.</param>
public readonly record struct EndpointClaim(string Origin, string EndpointId);
