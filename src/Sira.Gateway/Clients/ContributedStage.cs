using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Pipeline;

namespace Sira.Gateway.Clients;

/// <summary>A plugin's stage, as the pipeline holds it. Once the plugin is gone, calls go past it.</summary>
internal sealed class ContributedStage(IChatClient inner, Contribution<IChatClient> stage) : DelegatingChatClient(inner)
{
    /// <summary>Puts a plugin's stage around a client; one that cannot be made is left out.</summary>
    public static IChatClient Around(IChatClient inner, ChatStage stage, Contributor contributor)
    {
        try
        {
            return stage.Create(inner, contributor.Services) is { } made ? new ContributedStage(inner, contributor.Contribute(made)) : inner;
        }
#pragma warning disable CA1031 // Tried when the plugin was started, so it is the plugin's whim now; the request must not suffer.
        catch (Exception)
#pragma warning restore CA1031
        {
            return inner;
        }
    }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!stage.TryEnter(out var call))
        {
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }

        using (call)
        {
            try
            {
                return await call.Value.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not SiraException)
            {
                // What the gateway or another stage throws passes through and is not the plugin's fault.
                call.Fail(exception);
                throw;
            }
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var entered = stage.TryEnter(out var call);
        using (call)
        {
            var updates = (entered ? call.Value : InnerClient).GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
                    catch (Exception exception) when (exception is not SiraException)
                    {
                        call.Fail(exception);
                        throw;
                    }

                    yield return updates.Current;
                }
            }
        }
    }
}
