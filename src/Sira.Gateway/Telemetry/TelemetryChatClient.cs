using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Diagnostics;

namespace Sira.Gateway.Telemetry;

/// <summary>A span around the whole call as the application sees it: stages, tool rounds, retries and fallbacks are inside.</summary>
internal sealed class TelemetryChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public const string StageName = "telemetry";

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        SiraDiagnostics.ActivitySource.HasListeners()
            ? TracedAsync(messages, options, cancellationToken)
            : base.GetResponseAsync(messages, options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        SiraDiagnostics.ActivitySource.HasListeners()
            ? TracedStreamAsync(messages, options, cancellationToken)
            : base.GetStreamingResponseAsync(messages, options, cancellationToken);

    private async Task<ChatResponse> TracedAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using var activity = Start(options, streaming: false);
        try
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("gen_ai.response.model", response.ModelId)
                .SetTag("gen_ai.response.id", response.ResponseId)
                .SetTag("gen_ai.usage.input_tokens", response.Usage?.InputTokenCount)
                .SetTag("gen_ai.usage.output_tokens", response.Usage?.OutputTokenCount);
            return response;
        }
        catch (Exception exception)
        {
            Fail(activity, exception);
            throw;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> TracedStreamAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var activity = Start(options, streaming: true);
        var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
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
                    Fail(activity, exception);
                    throw;
                }

                yield return updates.Current;

                // The runtime restores the consumer's activity after a yield (dotnet/runtime#47802).
                Activity.Current = activity ?? Activity.Current;
            }
        }
        finally
        {
            await updates.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Activity? Start(ChatOptions? options, bool streaming) => SiraDiagnostics.ActivitySource.StartActivity("sira.chat")?
        .SetTag("gen_ai.operation.name", "chat")
        .SetTag("gen_ai.request.model", options?.ModelId)
        .SetTag("gen_ai.request.stream", streaming);

    private static void Fail(Activity? activity, Exception exception)
    {
        activity?.SetTag("error.type", exception.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error);
    }
}
