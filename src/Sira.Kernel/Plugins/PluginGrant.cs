namespace Sira.Kernel.Plugins;

/// <summary>What a plugin is allowed of one kind of permission.</summary>
/// <param name="PluginId">The plugin.</param>
/// <param name="Arguments">What it is limited to, such as host names; empty when it is not limited.</param>
public sealed record PluginGrant(string PluginId, IReadOnlyList<string> Arguments);
