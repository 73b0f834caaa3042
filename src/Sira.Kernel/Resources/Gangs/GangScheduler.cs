using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources.Gangs;

/// <summary>Reserves for several members at once, placed over nodes: all of them or none.</summary>
/// <remarks>
/// <para>Thread-safe. A gang that waits holds nothing, so that two halves of gangs never wait for each other. It stands in the lines of all pools that may be of use to it, in the order of <see cref="ResourceScheduler.ReserveAsync"/>: those behind it do not take what it needs more of, until it fits or its time to wait is over.</para>
/// <para>A placement that exists is found for gangs of ordinary size; the search is bounded, and when it is given up the gang waits as if there were none. <see cref="GangStrategy.Pack"/> and <see cref="GangStrategy.Spread"/> look for few and for many nodes, not for the fewest and most.</para>
/// </remarks>
public sealed class GangScheduler
{
    private const int MostMembers = 1024;

    private readonly GangNode[] nodes;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="nodes">The nodes. No pool may belong to two.</param>
    /// <exception cref="ArgumentException">There is no node, or a pool belongs to two.</exception>
    public GangScheduler(IEnumerable<GangNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        this.nodes = [.. nodes];
        if (this.nodes.Length == 0 || this.nodes.Contains(null))
        {
            throw new ArgumentException("Name at least one node, and none that is null.", nameof(nodes));
        }

        if (this.nodes.SelectMany(static node => node.Pools.Values).GroupBy(static pool => pool).FirstOrDefault(static group => group.Count() > 1) is { } shared)
        {
            throw new ArgumentException($"The pool '{shared.Key.Name}' belongs to two nodes. Give each its own.", nameof(nodes));
        }
    }

    /// <summary>Reserves a gang, at once if there is room and nobody has waited longer for it, and otherwise as soon as there is.</summary>
    /// <param name="request">What it needs.</param>
    /// <param name="queue">Where to wait.</param>
    /// <param name="entry">With which priority and for how long; a time of zero does not wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What is held and where, or why nothing is.</returns>
    /// <exception cref="ArgumentException">There is no member, or more than 1024, or one needs a negative amount, or none needs anything.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight, or the time to wait, is negative.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held.</exception>
    public async ValueTask<GangReservation> ReserveAsync(GangRequest request, AdmissionQueue queue, QueueEntry entry = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(queue);
        entry.ThrowIfInvalid();
        Check(request);
        cancellationToken.ThrowIfCancellationRequested();
        var plan = new GangPlan(nodes, request);
        if (plan.Pools.Length == 0)
        {
            throw new ArgumentException($"No node has any of what the members need: {string.Join(", ", request.Members.SelectMany(static member => member.Keys).Distinct(StringComparer.Ordinal))}.", nameof(request));
        }

        var sets = Array.ConvertAll(plan.Pools, static pool => new[] { pool });
        var result = await WaitingRoom.Shared.ReserveAsync(queue, sets, entry, cancellationToken, plan).ConfigureAwait(false);
        return new GangReservation(result, result.IsGranted ? plan.Nodes : []);
    }

    private static void Check(GangRequest request)
    {
        if (request.Members is not { Count: > 0 and <= MostMembers } members)
        {
            throw new ArgumentException($"A gang has 1 to {MostMembers} members.", nameof(request));
        }

        foreach (var member in members)
        {
            foreach (var (resource, amount) in member)
            {
                if (amount < 0)
                {
                    throw new ArgumentException($"A member needs {amount} of '{resource}'; an amount is not negative.", nameof(request));
                }
            }
        }
    }
}
