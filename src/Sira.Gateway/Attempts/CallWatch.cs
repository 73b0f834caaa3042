using Sira.Errors;
using Sira.Gateway.Routing;

namespace Sira.Gateway.Attempts;

/// <summary>Follows how a call ends, for a rollout and for diagnostics.</summary>
/// <param name="rollout">Its side of the rollout that runs, if one does.</param>
/// <param name="begun">The timestamp at its beginning, where a rollout runs.</param>
internal sealed class CallWatch(RolloutShare? rollout, long begun)
{
    public bool HasAnswered { get; set; }

    public Exception? Failure { get; set; }

    // What its caller cancelled, or left, has neither been answered nor failed.
    public void End(GatewayCall call, TimeSpan elapsed)
    {
        var failed = !HasAnswered && Failure is not (null or OperationCanceledException);
        if (HasAnswered || failed)
        {
            rollout?.Record(failed, call.Services.Time.GetElapsedTime(begun));
        }

        call.Services.Decisions.Add(call.Decision, HasAnswered, Failure as RequestFailedException, elapsed, failed);
    }
}
