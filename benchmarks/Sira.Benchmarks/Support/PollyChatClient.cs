using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Sira.Benchmarks.Support;

/// <summary>What people write themselves: retry, circuit breaker and timeout from Polly around one client. A stream is guarded until its first update.</summary>
internal sealed class PollyChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions())
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
        .AddTimeout(TimeSpan.FromSeconds(120))
        .Build();

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await pipeline.ExecuteAsync(
            static (call, cancellation) => new ValueTask<ChatResponse>(call.Inner.GetResponseAsync(call.Messages, call.Options, cancellation)),
            (Inner: InnerClient, Messages: messages, Options: options),
            cancellationToken).ConfigureAwait(false);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (source, more) = await pipeline.ExecuteAsync(
            static async (call, cancellation) =>
            {
                var started = call.Inner.GetStreamingResponseAsync(call.Messages, call.Options, call.Caller).GetAsyncEnumerator(call.Caller);
                return (started, await started.MoveNextAsync().ConfigureAwait(false));
            },
            (Inner: InnerClient, Messages: messages, Options: options, Caller: cancellationToken),
            cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            for (; more; more = await source.MoveNextAsync().ConfigureAwait(false))
            {
                yield return source.Current;
            }
        }
    }
}
