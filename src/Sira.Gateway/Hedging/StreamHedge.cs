using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Streaming;
using Sira.Kernel.Time;

namespace Sira.Gateway.Hedging;

/// <summary>Sends a stream whose first token is slow to a second target as well; the first to deliver a token wins.</summary>
internal static class StreamHedge
{
    /// <summary>Waits for an attempt's first token, and beside it for another's when it takes long. The attempt that loses has ended when this returns.</summary>
    /// <param name="first">The attempt under way.</param>
    /// <param name="delay">How long it may take alone.</param>
    /// <param name="messages">What the second attempt is asked.</param>
    /// <param name="options">The caller's options.</param>
    /// <param name="recovery">What goes on with a stream that breaks.</param>
    /// <param name="caller">The caller's token.</param>
    /// <returns>The attempt to go on with.</returns>
    public static async ValueTask<StreamAttempt> WaitAsync(StreamAttempt first, TimeSpan delay, IReadOnlyList<ChatMessage> messages, ChatOptions? options, StreamRecoverer? recovery, CancellationToken caller)
    {
        var call = first.Attempt.Call;
        var firstToken = first.ReadToFirstTokenAsync();
        if (await InlineDelay.EndsWithinAsync(firstToken, delay, call.Services.Time).ConfigureAwait(false) || HedgePolicy.TryStart(first.Attempt, caller) is not { } attempt)
        {
            await firstToken.ConfigureAwait(false);
            return first;
        }

        StreamAttempt second;
        try
        {
            second = new StreamAttempt(attempt, messages, options, recovery, caller);
        }
        catch (Exception)
        {
            // A listener of the host threw. It costs the call its hedge, not the attempt that runs.
            await firstToken.ConfigureAwait(false);
            return first;
        }

        var secondToken = second.ReadToFirstTokenAsync();
        var ended = await Task.WhenAny(firstToken, secondToken).ConfigureAwait(false);
        var (done, other, otherToken) = ReferenceEquals(ended, firstToken) ? (first, second, secondToken) : (second, first, firstToken);
        if (caller.IsCancellationRequested || done.IsGood || done.DeferredFailure?.Kind.Action() is RetryAction.Surface)
        {
            // A token, the caller's mistake or the caller's wish: each ends the race whatever the other would say.
            other.Attempt.CancelSafely();
            await otherToken.ConfigureAwait(false);
            await EndAsync(other).ConfigureAwait(false);
            call.Decision.Chosen = done.Attempt.Index;
            return done;
        }

        done.FailBesideAnother();
        await EndAsync(done).ConfigureAwait(false);
        await otherToken.ConfigureAwait(false);
        return other;
    }

    private static async ValueTask EndAsync(StreamAttempt attempt)
    {
        await attempt.DisposeAsync().ConfigureAwait(false);
        attempt.EndSpan();
    }
}
