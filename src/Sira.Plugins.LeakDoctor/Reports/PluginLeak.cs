namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>One stopped plugin whose code is still in memory.</summary>
/// <param name="Plugin">The name of its context: the plugin's id and version.</param>
/// <param name="Objects">How many objects of its types are in memory.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Paths">What holds it, each as one path from a root. All have to be cut. None means that nothing holds it any more and the next collections will remove it.</param>
/// <param name="HasMorePaths">Whether there are more than are reported.</param>
public sealed record PluginLeak(string Plugin, long Objects, long Bytes, IReadOnlyList<LeakPath> Paths, bool HasMorePaths);
