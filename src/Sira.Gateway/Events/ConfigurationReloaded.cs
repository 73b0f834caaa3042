namespace Sira.Gateway.Events;

/// <summary>Published on the bus when a new configuration snapshot is in force.</summary>
/// <param name="Version">Its version.</param>
public readonly record struct ConfigurationReloaded(long Version);
