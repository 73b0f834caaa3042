using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>A plugin that is to run.</summary>
/// <param name="Plugin">What is to be loaded.</param>
/// <param name="Dependencies">The ids of the plugins that it uses, all of them planned before it.</param>
internal sealed record PlannedPlugin(AvailablePlugin Plugin, IReadOnlyList<string> Dependencies)
{
    public string Id => Plugin.Manifest.Id;
}
