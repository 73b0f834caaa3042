namespace Sira.Plugins.Hosting;

/// <summary>Published on the message bus when a plugin changes its state.</summary>
/// <param name="PluginId">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="State">The new state.</param>
/// <param name="Reason">Why, where there is more to say than the state does.</param>
public readonly record struct PluginStateChanged(string PluginId, string Version, PluginState State, string? Reason);
