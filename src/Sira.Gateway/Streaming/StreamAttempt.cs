using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Clients;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Streaming;

/// <summary>One attempt at a stream. Holds updates back until the first semantic token commits the stream to its target; until then a failure is invisible to the caller.</summary>
internal sealed class StreamAttempt : IAsyncDisposable
{
    // Lifecycle frames before the first token are few; a provider that sends more is taken at its word and let through.
    private const int MaximumHeldUpdates = 64;
    private const int MaximumHeldBeforeFirstToken = 256 * 1024;

    // An answer that is held back whole is let through when it has grown beyond any that models give.
    private const int MaximumHeldCharacters = 16 * 1024 * 1024;

    private readonly Attempt attempt;
    private readonly RouteTarget target;
    private readonly GatewayServices services;
    private readonly CancellationToken caller;
    private readonly StreamRecoverer? recovery;
    private readonly StreamTranscript transcript = new();
    private readonly Activity? activity;
    private readonly StreamSource source;
    private Exception? deferred;
    private int next;
    private bool hasDiverged;
    private bool hasFirstToken;

    public StreamAttempt(Attempt attempt, IReadOnlyList<ChatMessage> messages, ChatOptions? options, StreamRecoverer? recovery, CancellationToken caller)
    {
        (this.attempt, target, services, this.recovery, this.caller) = (attempt, attempt.Target, attempt.Call.Services, recovery, caller);
        try
        {
            activity = AttemptActivity.Start(attempt);
        }
        catch
        {
            attempt.Dispose();
            throw;
        }

        source = new StreamSource(attempt, messages, options);
    }

    public Attempt Attempt => attempt;

    /// <summary>Whether there is something to deliver, or the stream has ended well.</summary>
    public bool IsGood => deferred is null && Failure is null && (IsCommitted || HasAnswered);

    /// <summary>What is wrong with a stream that ended before its first token.</summary>
    public BackendException? DeferredFailure => Failure ?? (deferred is null ? null : FailureClassifier.Classify(deferred, target, attempt.Fired));

    /// <summary>Whether the stream has ended, well or with <see cref="Failure"/>.</summary>
    public bool HasEnded { get; private set; }

    public BackendException? Failure { get; private set; }

    private bool IsCommitted { get; set; }

    private bool IsFull => recovery is { HoldsAll: true }
        ? transcript.Characters >= MaximumHeldCharacters
        : transcript.Count >= MaximumHeldUpdates || transcript.Characters >= MaximumHeldBeforeFirstToken;

    private long ReceivedTokens => transcript.ReceivedTokens;

    /// <summary>Asks for the next update. The caller awaits the source's own task: one more asynchronous method would suspend and resume once more for each chunk.</summary>
    /// <returns>What is to be handed to <see cref="Receive"/>, or what it throws to <see cref="End"/>.</returns>
    public ValueTask<bool> AdvanceAsync()
    {
        if (deferred is not null)
        {
            return ValueTask.FromException<bool>(deferred);
        }

        return source.MoveNextAsync(IsCommitted);
    }

    /// <summary>Reads until there is something to deliver or the source has ended. What it throws is kept for the next <see cref="AdvanceAsync"/>, so that two attempts can be read side by side and ended one after the other.</summary>
    public async Task ReadToFirstTokenAsync()
    {
        while (!HasEnded && !IsCommitted)
        {
            bool hasUpdate;
            try
            {
                hasUpdate = await AdvanceAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                deferred = exception;
                return;
            }

            Receive(hasUpdate);
        }
    }

    /// <summary>Settles an attempt that failed before its first token while another is under way.</summary>
    public void FailBesideAnother()
    {
        var failure = DeferredFailure!;
        (HasEnded, Failure) = (true, failure);
        AttemptActivity.Fail(activity, failure);
        attempt.Fail(failure, transcript.Usage, ReceivedTokens);
        attempt.Call.Exhaust(attempt);
    }

    /// <summary>Takes in what the source answered.</summary>
    /// <param name="hasUpdate">Whether it has another update; otherwise it has ended.</param>
    public void Receive(bool hasUpdate)
    {
        source.EndWait();
        if (!hasUpdate)
        {
            Complete();
            return;
        }

        ChatResponseUpdate? update;
        try
        {
            update = source.Current ?? throw FailureClassifier.Malformed(target, "null for an update");
        }
        catch (Exception exception)
        {
            End(exception);
            return;
        }

        Accept(update);
    }

    /// <summary>Takes the next update that may be delivered.</summary>
    /// <param name="update">The update.</param>
    /// <returns>Whether there is one; none until the stream is committed.</returns>
    public bool TryTake([MaybeNullWhen(false)] out ChatResponseUpdate update)
    {
        update = null;
        while (IsCommitted && !hasDiverged && transcript.TryGet(next, out update))
        {
            next++;
            if (recovery is null || recovery.Pass(ref update))
            {
                return true;
            }

            if (recovery.HasDiverged)
            {
                Diverge();
            }
        }

        update = null;
        return false;
    }

    /// <summary>Ends the attempt because the source threw.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public void End(Exception exception)
    {
        source.EndWait();
        HasEnded = true;
        if (caller.IsCancellationRequested)
        {
            AttemptActivity.Cancel(activity);
            attempt.Abandon((exception as BackendException)?.Usage ?? transcript.Usage, ReceivedTokens);
            throw new OperationCanceledException("The caller cancelled the request.", exception, caller);
        }

        Failure = FailureClassifier.Classify(exception, target, attempt.Fired);
        AttemptActivity.Fail(activity, Failure);
    }

    /// <summary>Makes the update that ends the stream: nothing but the decision.</summary>
    public ChatResponseUpdate CreateLastUpdate()
    {
        var last = transcript.Last;
        var update = new ChatResponseUpdate
        {
            // No message id: the properties of an update that has one are put on the message, not on the response.
            ResponseId = last?.ResponseId,
            ModelId = last?.ModelId,
            AdditionalProperties = [],
        };
        DecisionMark.Put(attempt.Call.Decision, update.AdditionalProperties);
        recovery?.Complete(update);
        return update;
    }

    /// <summary>Decides what follows a failure, or an answer that is not the one which had begun.</summary>
    /// <returns>How long to wait before the next attempt.</returns>
    /// <exception cref="RequestFailedException">There is none: something has been delivered that nobody can go on from, or nothing is left to try.</exception>
    public TimeSpan Recover()
    {
        if (Failure is null)
        {
            return recovery!.AfterDivergence();
        }

        attempt.Fail(Failure, transcript.Usage, ReceivedTokens, isConsumersDelay: Failure.Kind is BackendErrorKind.TotalTimeout && source.WasKeptWaiting());
        if (recovery is { HasDelivered: true })
        {
            return recovery.After(attempt, Failure, IsCommitted);
        }

        return IsCommitted && next > 0
            ? throw Failures.Incomplete(attempt.Call.Decision, Failure, transcript.ToResponse(next))
            : attempt.Call.DecideNext(attempt, Failure);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!HasEnded)
            {
                LeaveEarly();
            }
            else if (Failure is not null)
            {
                // A source that broke is told to stop what it may still be doing, so that closing it does not wait for that.
                attempt.CancelSafely();
            }
        }
        finally
        {
            await source.CloseAsync().ConfigureAwait(false);
            attempt.Dispose();
            transcript.Release();
        }
    }

    /// <summary>Whether the attempt's answer is the call's.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Ends the span. Not a part of the disposal: what an asynchronous method does to the current span is undone when it returns, and the next attempt would begin below this one.</summary>
    public void EndSpan() => activity?.Dispose();

    // The consumer walked away from the stream, or cancelled between two updates.
    private void LeaveEarly()
    {
        HasEnded = true;
        attempt.CancelSafely();
        if (transcript.HasFinishReason)
        {
            // It has the whole answer; only the end of the transmission, with the usage perhaps, was not waited for.
            Finish();
            return;
        }

        AttemptActivity.Cancel(activity);
        attempt.Abandon(transcript.Usage, ReceivedTokens);
    }

    // It says something else than what was delivered: nobody is at fault, and it is billed.
    private void Diverge()
    {
        (HasEnded, hasDiverged) = (true, true);
        attempt.CancelSafely();
        AttemptActivity.Cancel(activity);
        attempt.Abandon(transcript.Usage, ReceivedTokens);
    }

    private void Accept(ChatResponseUpdate update)
    {
        attempt.Disarm();
        if (update.ContinuationToken is { } token)
        {
            update.ContinuationToken = ContinuationPin.Wrap(target, token);
        }

        transcript.Add(update);
        if (!IsCommitted)
        {
            if (!hasFirstToken && SemanticToken.IsIn(update))
            {
                hasFirstToken = true;
                attempt.Facts.FirstToken = services.Time.GetTimestamp();
            }

            IsCommitted = IsFull || (hasFirstToken && recovery is not { HoldsAll: true });
        }
    }

    private void Complete()
    {
        HasEnded = true;
        if (!transcript.HasFinishReason && target.Backend.RequiresFinishReason)
        {
            Failure = FailureClassifier.Truncated(target);
            AttemptActivity.Fail(activity, Failure);
            return;
        }

        if (recovery is { MayEnd: false })
        {
            Diverge();
            return;
        }

        Finish();
        IsCommitted = true;
    }

    private void Finish()
    {
        HasAnswered = true;
        attempt.Succeed(transcript.Usage, ReceivedTokens);
        AttemptActivity.End(activity, transcript.Last, attempt);
    }
}
