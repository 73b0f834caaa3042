using Sira.Models;

namespace Sira.Backends.Kinds;

/// <summary>What a kind needs to know of a backend to make its wires.</summary>
/// <param name="Endpoint">The address, as configured.</param>
/// <param name="Api">Which of the kind's wires is spoken.</param>
/// <param name="ApiVersion">The API version, if one is configured.</param>
/// <param name="Models">What knows the models.</param>
/// <param name="Time">The clock.</param>
internal readonly record struct WireSettings(Uri Endpoint, string Api, string? ApiVersion, Func<string, ModelDescriptor> Models, TimeProvider Time);
