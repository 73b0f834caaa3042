using Sira.Errors;
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
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = call.StartAttempt();
            UnaryOutcome outcome;
            using (var activity = AttemptActivity.Start(target, call, streaming: false))
            using (var cancellation = call.CreateCancellation(cancellationToken))
            {
                TResult? result = null;
                try
                {
                    var pending = operation.Start(call, target, cancellation.Token) ?? throw FailureClassifier.Malformed(target, "no task");
                    if (pending.IsCompleted)
                    {
                        result = await pending.ConfigureAwait(false);
                    }
                    else
                    {
                        cancellation.ArmTotal();
                        result = await cancellation.WaitAsync(new ValueTask<TResult>(pending), new BoundedWait<TResult>()).ConfigureAwait(false);
                    }

                    outcome = result is null ? new UnaryOutcome(FailureClassifier.Malformed(target, "no answer"), Usage: null) : operation.Judge(result, target);
                }
                catch (Exception exception)
                {
                    if (cancellationToken.IsCancellationRequested)
                    {
                        AttemptActivity.Cancel(activity);
                        call.Abandon((exception as BackendException)?.Usage, receivedTokens: 0);
                        throw new OperationCanceledException("The caller cancelled the request.", exception, cancellationToken);
                    }

                    outcome = new UnaryOutcome(FailureClassifier.Classify(exception, target, cancellation.Fired), Usage: null);
                }

                if (outcome.Failure is null)
                {
                    call.Succeed(outcome.Usage, outcome.ReceivedTokens, outcome.IsPending);
                    operation.Finish(result!, call, target, activity);
                    return result!;
                }

                AttemptActivity.Fail(activity, outcome.Failure);
            }

            var delay = call.Fail(outcome.Failure, outcome.Usage, outcome.ReceivedTokens);
            if (delay > TimeSpan.Zero)
            {
                await InlineDelay.WaitAsync(delay, services.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
