using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Time;

namespace Sira.Gateway.Clients;

/// <summary>The gateway proper as a chat client: the innermost client of the pipeline, through which every model call goes.</summary>
internal sealed class GatewayChatClient(CallFactory calls, string? route) : IChatClient
{
    private readonly ChatClientMetadata metadata = new("sira");

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var list = CallFactory.Materialise(messages);
        var call = calls.Create(list, options, route, streaming: false);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = call.StartAttempt();
            BackendException? failure = null;
            UsageDetails? usage = null;
            var received = 0L;
            using (var activity = AttemptActivity.Start(target, call, streaming: false))
            using (var cancellation = call.CreateCancellation(cancellationToken))
            {
                ChatResponse? response = null;
                try
                {
                    var pending = target.ChatClient.GetResponseAsync(list, call.CreateOptions(options), cancellation.Token)
                        ?? throw FailureClassifier.Malformed(target, "no task");
                    if (pending.IsCompleted)
                    {
                        response = await pending.ConfigureAwait(false);
                    }
                    else
                    {
                        cancellation.ArmTotal();
                        response = await cancellation.WaitAsync(new ValueTask<ChatResponse>(pending), new BoundedWait<ChatResponse>()).ConfigureAwait(false);
                    }

                    if (response is null)
                    {
                        failure = FailureClassifier.Malformed(target, "no response");
                    }
                }
                catch (Exception exception)
                {
                    if (cancellationToken.IsCancellationRequested)
                    {
                        AttemptActivity.Cancel(activity);
                        call.Abandon((exception as BackendException)?.Usage, receivedTokens: 0);
                        throw new OperationCanceledException("The caller cancelled the request.", exception, cancellationToken);
                    }

                    failure = FailureClassifier.Classify(exception, target, cancellation.Fired);
                }

                if (response is not null)
                {
                    // A response that goes on in the background has a continuation token instead of a finish reason.
                    if (response.FinishReason is not null || response.ContinuationToken is not null || !target.Backend.RequiresFinishReason)
                    {
                        call.Succeed(response.Usage, ReceivedText.TokensOf(response), isPending: response.ContinuationToken is not null);
                        if (response.ContinuationToken is { } token)
                        {
                            response.ContinuationToken = ContinuationPin.Wrap(target, token);
                        }

                        AttemptActivity.End(activity, response, call);
                        (response.AdditionalProperties ??= [])[RouteDecision.PropertyName] = call.Decision;
                        return response;
                    }

                    (failure, usage) = (FailureClassifier.Truncated(target), response.Usage);
                    received = ReceivedText.TokensOf(response);
                }

                AttemptActivity.Fail(activity, failure!);
            }

            await DelayAsync(call.Fail(failure!, usage, received), cancellationToken).ConfigureAwait(false);
        }
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
