using Microsoft.Extensions.AI;
using Sira.Kernel.Contributions;

namespace Sira.Tools.Loop;

/// <summary>The tools that every request has: those of the options, and those that host and plugins contribute at the moment.</summary>
/// <param name="own">The tools of the options, which hide contributed ones of the same name.</param>
/// <param name="contributions">What is contributed; <see langword="null"/> without a container.</param>
internal sealed class SharedTools(AITool[] own, ContributionCatalogue? contributions)
{
    private volatile Entry current = new(null, own);

    public AITool[] Current
    {
        get
        {
            if (contributions is null)
            {
                return own;
            }

            var (snapshot, entry) = (contributions.Current, current);
            return ReferenceEquals(entry.Of, snapshot) ? entry.Tools : (current = new Entry(snapshot, Merge(own, snapshot))).Tools;
        }
    }

    private static AITool[] Merge(AITool[] own, ContributionSnapshot snapshot) =>
        [.. own.Concat(snapshot.Get<AITool>().Select(ContributedFunction.Of).OfType<AITool>()).DistinctBy(static tool => tool.Name, StringComparer.Ordinal)];

    private sealed record Entry(ContributionSnapshot? Of, AITool[] Tools);
}
