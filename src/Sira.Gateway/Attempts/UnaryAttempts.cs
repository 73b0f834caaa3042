using System.Diagnostics;
using Sira.Errors;
using Sira.Gateway.Hedging;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Time;

namespace Sira.Gateway.Attempts;

/// <summary>Makes attempts until one is answered whole, or the call decides to give up.</summary>
internal static class UnaryAttempts
{
    public static async Task<TResult> RunAsync<TOperation, TResult>(GatewayCall call, TOperation operation, GatewayServices services, CancellationToken cancellationToken)
        where TOperation : struct, IUnaryOperation<TResult>
        where TResult : class
    {
        if (call.Lane == CallsInFlight.Refused)
        {
            throw Failures.ShuttingDown(call.Decision);
        }

        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var attempt = await AttemptStarter.StartAsync(call, cancellationToken).ConfigureAwait(false);
                Activity? activity = null;
                UnaryOutcome outcome;
                try
                {
                    activity = AttemptActivity.Start(attempt);
                    TResult? result = null;
                    try
                    {
                        var pending = operation.Start(attempt) ?? throw FailureClassifier.Malformed(attempt.Target, "no task");
                        if (pending.IsCompleted)
                        {
                            result = await pending.ConfigureAwait(false);
                        }
                        else
                        {
                            attempt.ArmTotal();
                            if (HedgePolicy.DelayOf(attempt) is { } hedgeDelay)
                            {
                                var running = new RunningAttempt<TResult>(attempt, activity, attempt.WaitAsync(new ValueTask<TResult>(pending), new BoundedWait<TResult>()).AsTask());
                                running = await UnaryHedge.WaitAsync(running, operation, hedgeDelay, cancellationToken).ConfigureAwait(false);
                                (attempt, activity) = (running.Attempt, running.Activity);
                                result = await running.Task.ConfigureAwait(false);
                            }
                            else
                            {
                                result = await attempt.WaitAsync(new ValueTask<TResult>(pending), new BoundedWait<TResult>()).ConfigureAwait(false);
                            }
                        }

                        outcome = UnaryOutcome.Of(operation, result, attempt.Target);
                    }
                    catch (Exception exception)
                    {
                        if (cancellationToken.IsCancellationRequested)
                        {
                            AttemptActivity.Cancel(activity);
                            attempt.Abandon((exception as BackendException)?.Usage, receivedTokens: 0);
                            throw new OperationCanceledException("The caller cancelled the request.", exception, cancellationToken);
                        }

                        outcome = new UnaryOutcome(FailureClassifier.Classify(exception, attempt.Target, attempt.Fired), Usage: null);
                    }

                    if (outcome.Failure is null)
                    {
                        attempt.Succeed(outcome.Usage, outcome.ReceivedTokens, outcome.IsPending);
                        operation.Finish(result!, attempt, activity);
                        call.MarkAnswered();
                        return result!;
                    }

                    AttemptActivity.Fail(activity, outcome.Failure);
                }
                finally
                {
                    activity?.Dispose();
                    attempt.Dispose();
                }

                attempt.Fail(outcome.Failure, outcome.Usage, outcome.ReceivedTokens);
                var delay = call.DecideNext(attempt, outcome.Failure);
                if (delay > TimeSpan.Zero)
                {
                    await InlineDelay.WaitAsync(delay, services.Time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (call.MarkFailed(exception))
        {
            throw;
        }
        finally
        {
            call.End();
            services.InFlight.Exit(call.Lane);
        }
    }
}
