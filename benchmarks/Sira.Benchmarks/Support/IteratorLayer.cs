using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>The least that a layer costs which sees every update of a stream: it hands them on one by one.</summary>
internal sealed class IteratorLayer(IChatClient inner) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }
}
