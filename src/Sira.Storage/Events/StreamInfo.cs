namespace Sira.Storage.Events;

/// <summary>A stream.</summary>
/// <param name="Name">Its name in the partition that was asked for.</param>
/// <param name="Version">The number of its last event.</param>
public readonly record struct StreamInfo(string Name, long Version);
