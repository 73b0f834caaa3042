using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>What a plan takes into account beside what there is and what the host sets.</summary>
/// <param name="Held">The ids of plugins that were stopped by hand.</param>
/// <param name="Quarantine">The versions that failed too often.</param>
/// <param name="IsRunning">Whether just this content of a plugin runs now.</param>
internal sealed record PlanningState(IReadOnlySet<string> Held, PluginQuarantine Quarantine, Func<AvailablePlugin, bool> IsRunning);
