using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources.Gangs;

/// <summary>Places one gang on the nodes as they stand.</summary>
internal sealed class GangPlan : IPlacementPlan
{
    private readonly GangNode[] nodes;
    private readonly string[] resources;
    private readonly long[][] members;
    private readonly GangPlacer placer;
    private int[] placement = [];

    public GangPlan(GangNode[] nodes, GangRequest request)
    {
        this.nodes = nodes;
        resources = [.. request.Members.SelectMany(static member => member.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        members = [.. request.Members.Select(member => Array.ConvertAll(resources, resource => member.GetValueOrDefault(resource)))];
        placer = new GangPlacer(request.Strategy, members, nodes.Length);
        Pools = [.. UsefulPools()];
    }

    public ResourceRequest[] Pools { get; }

    public bool IsImpossible => placer.Place(Free(static pool => pool.Limit)) is null && !placer.GaveUp;

    /// <summary>Gets the node of each member as placed last.</summary>
    public IReadOnlyList<GangNode> Nodes => Array.ConvertAll(placement, node => nodes[node]);

    public ResourceRequest[]? Place(Func<ResourcePool, bool> isBarred)
    {
        if (placer.Place(Free(pool => isBarred(pool) ? 0 : pool.Available)) is not { } found)
        {
            return null;
        }

        placement = found;
        return [.. from member in Enumerable.Range(0, members.Length)
                   from resource in Enumerable.Range(0, resources.Length)
                   where members[member][resource] > 0
                   select new ResourceRequest(nodes[found[member]].Pools[resources[resource]], members[member][resource])];
    }

    private IEnumerable<ResourceRequest> UsefulPools()
    {
        foreach (var node in nodes)
        {
            for (var i = 0; i < resources.Length; i++)
            {
                var least = members.Where(member => member[i] > 0).Select(member => member[i]).DefaultIfEmpty().Min();
                if (least > 0 && node.Pools.TryGetValue(resources[i], out var pool))
                {
                    yield return new ResourceRequest(pool, least);
                }
            }
        }
    }

    private long[][] Free(Func<ResourcePool, long> freeOf) =>
        Array.ConvertAll(nodes, node => Array.ConvertAll(resources, resource => node.Pools.TryGetValue(resource, out var pool) ? freeOf(pool) : -1));
}
