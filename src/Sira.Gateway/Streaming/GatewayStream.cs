using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Clients;
using Sira.Gateway.Degradation;
using Sira.Gateway.Hedging;
using Sira.Kernel.Time;

namespace Sira.Gateway.Streaming;

/// <summary>Reads a streaming call: one attempt after another until one is answered, and on with what one that broke had begun where a policy allows it.</summary>
internal static class GatewayStream
{
    public static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(CallFactory calls, string? route, IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = calls.Create(messages, options, route, streaming: true);
        var services = call.Services;
        if (call.Lane == CallsInFlight.Refused)
        {
            throw Failures.ShuttingDown(call.Decision);
        }

        try
        {
            calls.Mirror(call, messages, options);
            var recovery = StreamRecoverer.Create(call, messages, options);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                StreamAttempt? attempt = null;
                try
                {
                    attempt = await StartAsync(call, recovery, messages, options, cancellationToken).ConfigureAwait(false);
                }
                catch (RequestFailedException failure) when (StaticAnswer.Replaces(failure, call))
                {
                    call.MarkFailed(failure);
                }
                catch (Exception exception) when (call.MarkFailed(exception))
                {
                    throw;
                }

                if (attempt is null)
                {
                    yield return StaticAnswer.CreateUpdate(call);
                    yield break;
                }

                ChatResponseUpdate? last = null;
                var delay = TimeSpan.Zero;
                try
                {
                    if (recovery is null or { HasDelivered: false, HoldsAll: false } && HedgePolicy.DelayOf(attempt.Attempt) is { } hedgeDelay)
                    {
                        attempt = await StreamHedge.WaitAsync(attempt, hedgeDelay, messages, options, recovery, cancellationToken).ConfigureAwait(false);
                    }

                    while (true)
                    {
                        while (attempt.TryTake(out var update))
                        {
                            if (recovery is not null && recovery.TryTakeNotice(out var notice))
                            {
                                yield return notice;
                            }

                            yield return update;
                        }

                        if (attempt.HasEnded)
                        {
                            break;
                        }

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
                    }

                    if (attempt.HasAnswered)
                    {
                        last = attempt.CreateLastUpdate();
                        call.MarkAnswered();
                    }
                    else
                    {
                        try
                        {
                            delay = attempt.Recover();
                        }
                        catch (RequestFailedException failure) when (StaticAnswer.Replaces(failure, call))
                        {
                            call.MarkFailed(failure);
                            last = StaticAnswer.CreateUpdate(call);
                        }
                        catch (Exception exception) when (call.MarkFailed(exception))
                        {
                            throw;
                        }
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

                await DelayAsync(delay, services, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            call.End();
            services.InFlight.Exit(call.Lane);
        }
    }

    private static async ValueTask<StreamAttempt> StartAsync(GatewayCall call, StreamRecoverer? recovery, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        Attempt attempt;
        try
        {
            attempt = await AttemptStarter.StartAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException) when (recovery is { HasDelivered: true })
        {
            // Nothing is left to go on with: what matters to the caller is the part that it has.
            throw recovery.Incomplete();
        }

        recovery?.Begin(attempt);
        return new StreamAttempt(attempt, recovery?.Messages ?? messages, options, recovery, cancellationToken);
    }

    private static Task DelayAsync(TimeSpan delay, GatewayServices services, CancellationToken cancellationToken) =>
        delay <= TimeSpan.Zero ? Task.CompletedTask : InlineDelay.WaitAsync(delay, services.Time, cancellationToken);
}
