using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Contributed;

/// <summary>A plugin's chat client, as a backend holds it: its calls are counted and hold up the unloading, and once the plugin is gone it is an unavailable backend.</summary>
internal sealed class ContributedChatClient(Contribution<IChatClient> contribution, ChatClientMetadata? metadata) : IChatClient
{
    /// <summary>Gets the client to use: the host's own as it is.</summary>
    public static IChatClient? Of(IChatClient? client, Contributor contributor) =>
        client is null || contributor.IsHost ? client : new ContributedChatClient(contributor.Contribute(client), CopyOf(client.GetService<ChatClientMetadata>()));

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var call = Enter();
        try
        {
            return await call.Value.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = Enter();
        var updates = call.Value.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (Exception exception)
                {
                    call.Fail(exception);
                    throw;
                }

                yield return updates.Current;
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        if (contribution.TryEnter(out var call))
        {
            using (call)
            {
                call.Value.Dispose();
            }
        }
    }

    // Of a type of the framework's, since a plugin may derive from it.
    private static ChatClientMetadata? CopyOf(ChatClientMetadata? metadata) => metadata is null ? null : new ChatClientMetadata(metadata.ProviderName, metadata.ProviderUri, metadata.DefaultModelId);

    private ContributionCall<IChatClient> Enter() => contribution.TryEnter(out var call) ? call : throw ContributedBackend.Gone(contribution.Contributor);
}
