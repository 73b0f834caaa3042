namespace Sira.Plugins.Hosting;

/// <summary>Published on the message bus when something keeps the code of a stopped plugin in memory for longer than <c>UnloadTimeout</c>. Said once for each; what holds it is for a leak doctor to find.</summary>
/// <param name="PluginId">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Since">How long ago it stopped.</param>
public readonly record struct PluginNotUnloaded(string PluginId, string Version, TimeSpan Since);
