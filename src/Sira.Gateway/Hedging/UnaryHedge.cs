using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Kernel.Time;

namespace Sira.Gateway.Hedging;

/// <summary>Sends a unary call that is slow to a second target as well.</summary>
internal static class UnaryHedge
{
    /// <summary>Waits for an attempt, and beside it for another one when it takes long. The attempt that loses has ended when this returns.</summary>
    /// <param name="first">The attempt under way.</param>
    /// <param name="operation">The call.</param>
    /// <param name="delay">How long the first may take alone.</param>
    /// <param name="caller">The caller's token.</param>
    /// <returns>The attempt whose outcome decides; its task has ended, or it is the only one left.</returns>
    public static async ValueTask<RunningAttempt<TResult>> WaitAsync<TOperation, TResult>(RunningAttempt<TResult> first, TOperation operation, TimeSpan delay, CancellationToken caller)
        where TOperation : struct, IUnaryOperation<TResult>
        where TResult : class
    {
        var call = first.Attempt.Call;
        if (await InlineDelay.EndsWithinAsync(first.Task, delay, call.Services.Time).ConfigureAwait(false) || HedgePolicy.TryStart(first.Attempt, caller) is not { } attempt)
        {
            return first;
        }

        RunningAttempt<TResult> second;
        try
        {
            second = RunningAttempt<TResult>.Start(attempt, operation);
        }
        catch (Exception)
        {
            // A listener of the host threw. It costs the call its hedge, not the attempt that runs.
            return first;
        }

        var ended = await Task.WhenAny(first.Task, second.Task).ConfigureAwait(false);
        var (done, other) = ReferenceEquals(ended, first.Task) ? (first, second) : (second, first);
        if (caller.IsCancellationRequested || done.Judge(operation) is not { Failure: { } failure } outcome || failure.Kind.Action() is RetryAction.Surface)
        {
            // An answer, the caller's mistake or the caller's wish: each ends the call whatever the other would say.
            await other.LeaveAsync(operation).ConfigureAwait(false);
            return done;
        }

        done.Fail(failure, outcome);
        return other;
    }
}
