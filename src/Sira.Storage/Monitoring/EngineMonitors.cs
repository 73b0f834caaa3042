using System.Collections.Immutable;

namespace Sira.Storage.Monitoring;

/// <summary>The monitors of all engines that were made. Apart from the engines, so that asking how they are makes none.</summary>
internal sealed class EngineMonitors
{
    private ImmutableArray<EngineMonitor> all = [];

    public ImmutableArray<EngineMonitor> All => all;

    public void Add(EngineMonitor monitor) => ImmutableInterlocked.Update(ref all, static (list, one) => list.Add(one), monitor);
}
