using System.Runtime.CompilerServices;
using Sira.Kernel.Contributions;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery.Contributed;

/// <summary>A contributed source under the name of its contributor. The lists are copied, so that nothing of a plugin's making stays in the registry.</summary>
internal sealed class ContributedSource(string name, Contribution<EndpointContribution> contribution) : IEndpointSource
{
    public string Name => name;

    public async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (contribution.Value is not { } declared)
        {
            yield break;
        }

        await foreach (var endpoints in declared.Source.WatchAsync(service, cancellationToken).ConfigureAwait(false))
        {
            yield return [.. endpoints];
        }
    }
}
