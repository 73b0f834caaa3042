using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>A plugin that is there and cannot run.</summary>
/// <param name="Plugin">The plugin, in its newest version.</param>
/// <param name="Reason">Why, and what to do about it.</param>
internal sealed record RefusedPlugin(AvailablePlugin Plugin, string Reason);
