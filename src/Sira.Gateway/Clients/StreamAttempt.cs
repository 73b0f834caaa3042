using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Routing;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Clients;

/// <summary>One attempt at a stream. Holds updates back until the first semantic token commits the stream to its target; until then a failure is invisible to the caller.</summary>
internal sealed class StreamAttempt : IAsyncDisposable
{
    // Lifecycle frames before the first token are few; a provider that sends more is taken at its word and let through.
    private const int MaximumHeldUpdates = 64;

    private readonly GatewayCall call;
    private readonly RouteTarget target;
    private readonly GatewayServices services;
    private readonly CancellationToken caller;
    private readonly AttemptCancellation cancellation;
    private readonly StreamTranscript transcript = new();
    private readonly Activity? activity;
    private readonly IAsyncEnumerator<ChatResponseUpdate>? source;
    private int next;
    private long waitingSince;
    private bool ended;

    public StreamAttempt(GatewayCall call, RouteTarget target, IReadOnlyList<ChatMessage> messages, ChatOptions? options, GatewayServices services, CancellationToken caller)
    {
        (this.call, this.target, this.services, this.caller) = (call, target, services, caller);
        activity = AttemptActivity.Start(target, call, streaming: true);
        cancellation = call.CreateCancellation(caller);
        waitingSince = call.Decision.Current.Started;
        try
        {
            source = target.ChatClient.GetStreamingResponseAsync(messages, call.CreateOptions(options), cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        }
        catch (Exception exception)
        {
            // A client that is no iterator may throw before the first MoveNext.
            End(exception);
        }
    }

    public BackendException? Failure { get; private set; }

    private bool IsCommitted { get; set; }

    private long ReceivedTokens => transcript.ReceivedTokens;

    /// <summary>Waits until at least one update may be delivered.</summary>
    /// <returns>Whether there is one; otherwise the stream has ended, well or with <see cref="Failure"/>.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // A chunk that is waited for must not cost an allocation.
    public async ValueTask<bool> MoveNextAsync()
    {
        while (!ended)
        {
            bool moved;
            try
            {
                var pending = source!.MoveNextAsync();
                if (!pending.IsCompleted)
                {
                    Arm();
                }

                moved = await pending.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                End(exception);
                return false;
            }

            if (!moved)
            {
                return Complete();
            }

            if (Accept(source.Current))
            {
                return true;
            }
        }

        return false;
    }

    public bool TryTake([MaybeNullWhen(false)] out ChatResponseUpdate update) => transcript.TryGet(next, out update) && next++ >= 0;

    /// <summary>Makes the update that ends the stream: nothing but the decision.</summary>
    public ChatResponseUpdate CreateLastUpdate()
    {
        var last = transcript.Last;
        return new ChatResponseUpdate
        {
            // No message id: the properties of an update that has one are put on the message, not on the response.
            ResponseId = last?.ResponseId,
            ModelId = last?.ModelId,
            AdditionalProperties = new AdditionalPropertiesDictionary { [RouteDecision.PropertyName] = call.Decision },
        };
    }

    /// <summary>Decides what follows a failure.</summary>
    /// <returns>How long to wait before the next attempt.</returns>
    /// <exception cref="RequestFailedException">There is none: something has been delivered already, or nothing is left to try.</exception>
    public TimeSpan Recover(BackendException failure)
    {
        if (!IsCommitted)
        {
            return call.Fail(failure, transcript.Usage, ReceivedTokens);
        }

        call.Fail(failure, transcript.Usage, ReceivedTokens, mayRetry: false);
        throw Failures.Incomplete(call.Decision, failure, transcript.ToResponse(next));
    }

    public async ValueTask DisposeAsync()
    {
        if (!ended)
        {
            // The consumer walked away from the stream, or cancelled between two updates.
            ended = true;
            call.Abandon(transcript.Usage, ReceivedTokens);
            await cancellation.CancelAsync().ConfigureAwait(false);
        }

        if (source is not null)
        {
            try
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                services.Logger.StreamDisposeFailed(exception, target.Name);
            }
        }

        cancellation.Dispose();
        transcript.Release();
        activity?.Dispose();
    }

    private bool Accept(ChatResponseUpdate update)
    {
        cancellation.Disarm();
        transcript.Add(update);
        if (IsCommitted)
        {
            waitingSince = 0;
            return true;
        }

        if (!SemanticToken.IsIn(update) && transcript.Count < MaximumHeldUpdates)
        {
            return false;
        }

        call.MarkFirstToken();
        IsCommitted = true;
        waitingSince = 0;
        return true;
    }

    private bool Complete()
    {
        ended = true;
        if (!transcript.HasFinishReason && target.Backend.RequiresFinishReason)
        {
            Failure = FailureClassifier.Truncated(target);
            AttemptActivity.Fail(activity, Failure);
            return false;
        }

        call.Succeed(transcript.Usage);
        AttemptActivity.End(activity, transcript.Last, call);
        IsCommitted = true;
        return next < transcript.Count;
    }

    private void End(Exception exception)
    {
        ended = true;
        if (caller.IsCancellationRequested)
        {
            call.Abandon((exception as BackendException)?.Usage ?? transcript.Usage, ReceivedTokens);
            throw new OperationCanceledException("The caller cancelled the request.", exception, caller);
        }

        Failure = FailureClassifier.Classify(exception, target, cancellation.Fired);
        AttemptActivity.Fail(activity, Failure);
    }

    private void Arm()
    {
        if (IsCommitted)
        {
            cancellation.Arm(BackendErrorKind.IdleTimeout, services.Time.GetTimestamp(), call.Timeouts.Idle);
        }
        else
        {
            cancellation.Arm(BackendErrorKind.FirstTokenTimeout, waitingSince, call.Timeouts.FirstToken);
        }
    }
}
