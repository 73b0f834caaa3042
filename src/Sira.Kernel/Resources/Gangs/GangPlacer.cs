namespace Sira.Kernel.Resources.Gangs;

/// <summary>Finds a node for each member, given what is free. Goes back on a choice that leaves no room for the rest, for a bounded number of steps: packing is NP-hard.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class GangPlacer(GangStrategy strategy, long[][] members, int nodes)
{
    private const int MostSteps = 2_000;

    private readonly int[] order = [.. Enumerable.Range(0, members.Length).OrderByDescending(member => members[member].Max())];
    private readonly int[] chosen = new int[members.Length];
    private readonly int[] count = new int[nodes];
    private int steps;

    /// <summary>Gets whether the search was given up, so that finding nothing does not say that there is nothing.</summary>
    public bool GaveUp => steps > MostSteps;

    /// <summary>Returns the node of each member.</summary>
    /// <param name="free">What is free of each resource on each node; negative where a node does not have it. Changed.</param>
    /// <returns>The nodes; <see langword="null"/> when none were found.</returns>
    public int[]? Place(long[][] free)
    {
        steps = 0;
        Array.Clear(count);
        return Place(0, free) ? [.. chosen] : null;
    }

    private bool Place(int depth, long[][] free)
    {
        if (depth == members.Length)
        {
            return true;
        }

        var member = order[depth];
        List<int>? failed = null;
        foreach (var node in Candidates(depth, free))
        {
            if (!Fits(members[member], free[node]) || failed?.Exists(other => count[other] == count[node] && free[other].AsSpan().SequenceEqual(free[node])) == true)
            {
                // Also where an equal node has led nowhere.
                continue;
            }

            if (++steps > MostSteps)
            {
                return false;
            }

            Take(node, member, free, 1);
            if (Place(depth + 1, free))
            {
                return true;
            }

            Take(node, member, free, -1);
            (failed ??= []).Add(node);
        }

        return false;
    }

    // The preferred first. Nodes between which nothing decides stay in their order.
    private IEnumerable<int> Candidates(int depth, long[][] free)
    {
        var all = Enumerable.Range(0, free.Length);
        return strategy switch
        {
            GangStrategy.StrictPack when depth > 0 => [chosen[order[0]]],
            GangStrategy.StrictPack or GangStrategy.Pack => all.OrderByDescending(node => count[node]),
            GangStrategy.StrictSpread => all.Where(node => count[node] == 0),
            _ => all.OrderBy(node => count[node]),
        };
    }

    private static bool Fits(long[] needed, long[] free)
    {
        for (var i = 0; i < needed.Length; i++)
        {
            if (needed[i] > 0 && needed[i] > free[i])
            {
                return false;
            }
        }

        return true;
    }

    private void Take(int node, int member, long[][] free, int sign)
    {
        chosen[member] = node;
        count[node] += sign;
        for (var i = 0; i < free[node].Length; i++)
        {
            free[node][i] -= sign * members[member][i];
        }
    }
}
