using System.Diagnostics;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Hedging;

/// <summary>A unary attempt that has been sent.</summary>
/// <typeparam name="TResult">The answer.</typeparam>
/// <param name="Attempt">The attempt.</param>
/// <param name="Activity">Its span.</param>
/// <param name="Task">The answer; ends no later than the attempt's deadline and the grace after it.</param>
internal readonly record struct RunningAttempt<TResult>(Attempt Attempt, Activity? Activity, Task<TResult> Task)
    where TResult : class
{
    public static RunningAttempt<TResult> Start<TOperation>(Attempt attempt, TOperation operation)
        where TOperation : struct, IUnaryOperation<TResult>
    {
        Activity? activity = null;
        try
        {
            activity = AttemptActivity.Start(attempt);
        }
        catch
        {
            attempt.Dispose();
            throw;
        }

        return new RunningAttempt<TResult>(attempt, activity, SendAsync(attempt, operation));
    }

    /// <summary>Judges how the attempt ended.</summary>
    public UnaryOutcome Judge<TOperation>(TOperation operation)
        where TOperation : struct, IUnaryOperation<TResult> =>
        Task.IsCompletedSuccessfully
            ? UnaryOutcome.Of(operation, Task.Result, Attempt.Target)
            : new UnaryOutcome(FailureClassifier.Classify(Task.Exception?.InnerException ?? new TaskCanceledException(Task), Attempt.Target, Attempt.Fired), Usage: null);

    /// <summary>Ends an attempt that failed while another is under way.</summary>
    public void Fail(BackendException failure, UnaryOutcome outcome)
    {
        AttemptActivity.Fail(Activity, failure);
        Activity?.Dispose();
        Attempt.Fail(failure, outcome.Usage, outcome.ReceivedTokens);
        Attempt.Call.Exhaust(Attempt);
        Attempt.Dispose();
    }

    /// <summary>Ends an attempt that nobody wants any more, and waits until it has ended.</summary>
    public async ValueTask LeaveAsync<TOperation>(TOperation operation)
        where TOperation : struct, IUnaryOperation<TResult>
    {
        Attempt.CancelSafely();
        UnaryOutcome outcome = default;
        try
        {
            outcome = UnaryOutcome.Of(operation, await Task.ConfigureAwait(false), Attempt.Target);
        }
        catch (Exception exception)
        {
            // How it ended does not matter any more, but what it cost does.
            outcome = outcome with { Usage = (exception as BackendException)?.Usage };
        }

        AttemptActivity.Cancel(Activity);
        Activity?.Dispose();
        Attempt.Abandon(outcome.Usage, outcome.ReceivedTokens);
        Attempt.Dispose();
    }

    private static async Task<TResult> SendAsync<TOperation>(Attempt attempt, TOperation operation)
        where TOperation : struct, IUnaryOperation<TResult>
    {
        var pending = operation.Start(attempt) ?? throw FailureClassifier.Malformed(attempt.Target, "no task");
        if (!pending.IsCompleted)
        {
            attempt.ArmTotal();
            return await attempt.WaitAsync(new ValueTask<TResult>(pending), new BoundedWait<TResult>()).ConfigureAwait(false);
        }

        return await pending.ConfigureAwait(false);
    }
}
