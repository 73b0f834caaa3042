using System.Runtime.CompilerServices;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Tests.Discovery.Sources;

/// <summary>A source that does, each time it is asked, what the script says next; the last line is repeated.</summary>
internal sealed class ScriptedSource(string name, params Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<EndpointDefinition>>>[] script) : IEndpointSource
{
    public string Name => name;

    public int Asked { get; private set; }

    public IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> WatchAsync(string service, CancellationToken cancellationToken) =>
        script[Math.Min(Asked++, script.Length - 1)](cancellationToken);

    /// <summary>Gives lists of endpoints, then waits for ever.</summary>
    public static Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<EndpointDefinition>>> Gives(params string[][] lists) => token => Give(lists, null, token);

    /// <summary>Gives lists of endpoints, then throws.</summary>
    public static Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<EndpointDefinition>>> Fails(params string[][] lists) => token => Give(lists, new InvalidOperationException("the source is broken"), token);

    public static async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> Give(string[][] lists, Exception? end, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var list in lists)
        {
            yield return [.. list.Select(id => new EndpointDefinition(id))];
        }

        if (end is not null)
        {
            throw end;
        }

        await new TaskCompletionSource().Task.WaitAsync(token);
    }
}
