using Microsoft.Diagnostics.Runtime;
using Sira.Plugins.LeakDoctor.Diagnosis;
using Sira.Plugins.LeakDoctor.Heap;
using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Examining;

/// <summary>Reads out of a snapshot what keeps stopped plugins in memory.</summary>
internal static class SnapshotReader
{
    /// <exception cref="LeakDoctorException">There is no runtime in it that can be read.</exception>
    public static IReadOnlyList<PluginLeak> Read(string file, int maxPaths, CancellationToken cancellationToken)
    {
        using var target = DataTarget.LoadDump(file);
        var clr = target.ClrVersions.FirstOrDefault() ?? throw new LeakDoctorException("The snapshot shows no .NET runtime. Hosts in a single file or compiled ahead of time cannot be examined.");
        using var runtime = clr.CreateRuntime();
        var contexts = StoppedContexts.Find(runtime);
        if (contexts.All.Count == 0)
        {
            return [];
        }

        var entries = new HeapWalk(runtime.Heap, contexts).Run(cancellationToken);
        var describer = new PathDescriber(runtime, contexts, entries.Values.SelectMany(static found => found));
        var running = RunningMethods.Find(runtime, contexts);
        return [.. entries.OrderBy(static pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => LeakOf(pair.Key, running[pair.Key].Select(root => (root, CodeOf(pair.Key))).Concat(pair.Value.Select(describer.Describe)), maxPaths))];
    }

    private static IReadOnlyList<LeakNode> CodeOf(StoppedContext context) => [new LeakNode(PathDescriber.Code, string.Empty, context.Name, null, null)];

    private static PluginLeak LeakOf(StoppedContext context, IEnumerable<(LeakRoot Root, IReadOnlyList<LeakNode> Nodes)> found, int maxPaths)
    {
        // Of one kind from one root, the shortest tells as much as all.
        var paths = found.Select(static way => LeakPatterns.Diagnose(way.Root, way.Nodes)).DistinctBy(static path => (path.Kind, path.Root)).ToList();
        return new PluginLeak(context.Name, context.Objects, context.Bytes, [.. paths.Take(maxPaths)], paths.Count > maxPaths);
    }
}
