using Sira.Kernel.Health;

namespace Sira.Tests.Simulation;

/// <summary>A breaker at one instant.</summary>
/// <param name="State">Its state.</param>
/// <param name="Changes">How often it had changed by then.</param>
internal readonly record struct Circuit(CircuitState State, int Changes);
