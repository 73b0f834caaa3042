using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Streaming;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Time;

namespace Sira.Gateway.Clients;

/// <summary>The gateway proper as a chat client: the innermost client of the pipeline, through which every model call goes.</summary>
internal sealed class GatewayChatClient(CallFactory calls, string? route) : IChatClient
{
    private readonly ChatClientMetadata metadata = new("sira");

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ChatResponse>(cancellationToken);
        }

        var list = CallFactory.Materialise(messages);
        GatewayCall call;
        try
        {
            call = calls.Create(list, options, route, streaming: false);
        }
        catch (Exception exception)
        {
            // What a caller gets wrong about the call itself, such as an unknown route, comes through the task like every other failure.
            return Task.FromException<ChatResponse>(exception);
        }

        return UnaryAttempts.RunAsync<ChatOperation, ChatResponse>(call, new ChatOperation(list, options), calls.Services, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(CallFactory.Materialise(messages), options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType == typeof(ActivitySource) ? SiraDiagnostics.ActivitySource
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // Backends own their clients; the container owns the backends.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = calls.Create(messages, options, route, streaming: true);
        var recovery = StreamRecoverer.Create(call, messages, options);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attempt = await StartAsync(call, recovery, messages, options, cancellationToken).ConfigureAwait(false);
            ChatResponseUpdate? last = null;
            var delay = TimeSpan.Zero;
            try
            {
                while (!attempt.HasEnded)
                {
                    bool hasUpdate;
                    try
                    {
                        hasUpdate = await attempt.AdvanceAsync().ConfigureAwait(false);
                    }
                    catch (Exception exception)
                    {
                        attempt.End(exception);
                        break;
                    }

                    attempt.Receive(hasUpdate);
                    while (attempt.TryTake(out var update))
                    {
                        if (recovery is not null && recovery.TryTakeNotice(out var notice))
                        {
                            yield return notice;
                        }

                        yield return update;
                    }
                }

                if (attempt.HasAnswered)
                {
                    last = attempt.CreateLastUpdate();
                }
                else
                {
                    delay = attempt.Recover();
                }
            }
            finally
            {
                try
                {
                    await attempt.DisposeAsync().ConfigureAwait(false);
                }
                finally
                {
                    attempt.EndSpan();
                }
            }

            if (last is not null)
            {
                yield return last;
                yield break;
            }

            await DelayAsync(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<StreamAttempt> StartAsync(GatewayCall call, StreamRecoverer? recovery, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        Attempt attempt;
        try
        {
            attempt = await call.StartAttemptAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException) when (recovery is { HasDelivered: true })
        {
            // Nothing is left to go on with: what matters to the caller is the part that it has.
            throw recovery.Incomplete();
        }

        recovery?.Begin(attempt);
        return new StreamAttempt(attempt, recovery?.Messages ?? messages, options, recovery, cancellationToken);
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay <= TimeSpan.Zero ? Task.CompletedTask : InlineDelay.WaitAsync(delay, calls.Services.Time, cancellationToken);
}
