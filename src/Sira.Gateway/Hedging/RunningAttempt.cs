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

    /// <summary>Says what is wrong with an outcome, if anything is.</summary>
    public BackendException? Judge<TOperation>(TOperation operation)
        where TOperation : struct, IUnaryOperation<TResult> =>
        Task.IsCompletedSuccessfully ? Judge(operation, Task.Result).Failure : FailureClassifier.Classify(Task.Exception?.InnerException ?? new TaskCanceledException(Task), Attempt.Target, Attempt.Fired);

    /// <summary>Ends an attempt that failed while another is under way.</summary>
    public void Fail<TOperation>(TOperation operation)
        where TOperation : struct, IUnaryOperation<TResult>
    {
        var failure = Judge(operation)!;
        var outcome = Task.IsCompletedSuccessfully ? Judge(operation, Task.Result) : default;
        AttemptActivity.Fail(Activity, failure);
        Activity?.Dispose();
        Attempt.Fail(failure, outcome.Usage, outcome.ReceivedTokens);
        Attempt.Call.Exhaust(Attempt);
        Attempt.Dispose();
    }

    /// <summary>Ends an attempt that nobody wants any more, and waits until it has ended.</summary>
    public async ValueTask LeaveAsync()
    {
        Attempt.CancelSafely();
        BackendException? failure = null;
        long received = 0;
        Microsoft.Extensions.AI.UsageDetails? usage = null;
        try
        {
            var result = await Task.ConfigureAwait(false);
            (usage, received) = result is Microsoft.Extensions.AI.ChatResponse response ? (response.Usage, Streaming.ReceivedText.TokensOf(response)) : (null, 0);
        }
        catch (Exception exception)
        {
            failure = exception as BackendException;
        }

        AttemptActivity.Cancel(Activity);
        Activity?.Dispose();
        Attempt.Abandon(usage ?? failure?.Usage, received);
        Attempt.Dispose();
    }

    private UnaryOutcome Judge<TOperation>(TOperation operation, TResult? result)
        where TOperation : struct, IUnaryOperation<TResult> =>
        result is null ? new UnaryOutcome(FailureClassifier.Malformed(Attempt.Target, "no answer"), Usage: null) : operation.Judge(result, Attempt.Target);

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
