namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>A queue at one instant.</summary>
/// <param name="Name">The name, such as <c>route default</c>.</param>
/// <param name="Waiting">How many wait.</param>
/// <param name="Capacity">How many may.</param>
/// <param name="OldestWait">How long the one has waited that has waited longest.</param>
public sealed record QueueStatus(string Name, int Waiting, int Capacity, TimeSpan OldestWait);
