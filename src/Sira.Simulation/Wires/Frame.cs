namespace Sira.Simulation.Wires;

/// <summary>A piece of a response body that is sent at once.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct Frame(FrameKind Kind, byte[] Bytes);
