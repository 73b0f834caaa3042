namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>A path from a root to a plugin.</summary>
/// <param name="Root">Where it begins.</param>
/// <param name="Kind">What it is a case of.</param>
/// <param name="Owner">Who holds the plugin, in a sentence.</param>
/// <param name="Fix">What the plugin's author or the host has to do.</param>
/// <param name="Nodes">The objects from the root to the first that is the plugin's.</param>
public sealed record LeakPath(LeakRoot Root, LeakKind Kind, string Owner, string Fix, IReadOnlyList<LeakNode> Nodes);
