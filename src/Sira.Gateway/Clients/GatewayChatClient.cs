using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Gateway.Attempts;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Time;

namespace Sira.Gateway.Clients;

/// <summary>The gateway proper as a chat client: the innermost client of the pipeline, through which every model call goes.</summary>
internal sealed class GatewayChatClient(CallFactory calls, string? route) : IChatClient
{
    private readonly ChatClientMetadata metadata = new("sira");
    private readonly ClientRoute clientRoute = new(route);

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
            : serviceType == typeof(ClientRoute) ? clientRoute
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
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attempt = new StreamAttempt(call, call.StartAttempt(), messages, options, calls.Services, cancellationToken);
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
                        yield return update;
                    }
                }

                if (attempt.Failure is { } failure)
                {
                    delay = attempt.Recover(failure);
                }
                else
                {
                    last = attempt.CreateLastUpdate();
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

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay <= TimeSpan.Zero ? Task.CompletedTask : InlineDelay.WaitAsync(delay, calls.Services.Time, cancellationToken);
}
