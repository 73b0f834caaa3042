namespace Sira.Tests.Simulation;

/// <summary>A configuration that replaces the one before.</summary>
/// <param name="At">When.</param>
/// <param name="Settings">The section.</param>
/// <param name="IsValid">Whether it is to be taken over; one with a mistake changes nothing.</param>
internal sealed record WorldReload(TimeSpan At, WorldSettings Settings, bool IsValid);
