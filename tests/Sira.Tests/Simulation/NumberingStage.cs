using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>Stands behind the cache and tells providers which caller asks, where the question does not: the cache must not see it.</summary>
internal sealed class NumberingStage(IChatClient inner, World world) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(Number(messages, options), options, cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in base.GetStreamingResponseAsync(Number(messages, options), options, cancellationToken))
        {
            yield return update;
        }
    }

    private IEnumerable<ChatMessage> Number(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (world.Results.FirstOrDefault(result => ReferenceEquals(result.Request, RequestContext.Find(options))) is not { } result)
        {
            return messages;
        }

        // Who waited for another's answer in vain begins only now.
        result.Settings = world.Settings;
        return result.Plan.Question is null ? messages : [new ChatMessage(ChatRole.User, $"#{result.Plan.Number} {result.Plan.Prompt}")];
    }
}
