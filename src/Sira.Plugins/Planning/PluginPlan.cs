using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>Which plugins are to run.</summary>
/// <param name="Plugins">Those that are, in the order of starting.</param>
/// <param name="Refused">Those that are not, and why.</param>
/// <param name="Quarantined">Those that are not because they failed too often.</param>
/// <param name="Lacking">Those that are not and without which the host cannot be.</param>
internal sealed record PluginPlan(IReadOnlyList<PlannedPlugin> Plugins, IReadOnlyList<RefusedPlugin> Refused, IReadOnlyList<AvailablePlugin> Quarantined, IReadOnlyList<AvailablePlugin> Lacking);
