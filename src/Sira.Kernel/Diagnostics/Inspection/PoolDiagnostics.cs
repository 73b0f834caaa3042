using System.Globalization;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Tells of the pools of the house.</summary>
internal sealed class PoolDiagnostics(ResourcePoolRegistry registry) : IDiagnosticsSource
{
    // A family may have a pool for each of a million users.
    private const int MostOfFamily = 100;

    public string Name => "pools";

    public void Contribute(DiagnosticsSnapshotBuilder snapshot)
    {
        foreach (var (pool, definition) in registry.Defined.OrderBy(static entry => entry.Pool.Name, StringComparer.Ordinal))
        {
            snapshot.Pools.Add(Describe(pool, definition, family: null));
        }

        foreach (var family in registry.Families.OrderBy(static family => family.Name, StringComparer.Ordinal))
        {
            snapshot.AddFact(Name, family.Name, string.Create(CultureInfo.InvariantCulture, $"{family.Count} pools"));
            foreach (var (_, pool) in family.Members.OrderByDescending(static member => member.Pool.Used).Take(MostOfFamily))
            {
                snapshot.Pools.Add(Describe(pool, family.Definition, family.Name));
            }
        }
    }

    private static PoolStatus Describe(ResourcePool pool, ResourcePoolDefinition definition, string? family) =>
        new(pool.Name, definition.Kind.ToString(), pool.Unit.Name, pool.Limit / pool.Unit.Scale, pool.Used / pool.Unit.Scale, pool.IsWaitedFor) { Family = family };
}
