using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Selection;
using Sira.Requests;

namespace Sira.Gateway.Attempts;

/// <summary>One model call on its way through attempts. Every decision is made here, so that unary calls, streams and embeddings share it; the clients only move data.</summary>
internal sealed class GatewayCall
{
    // The target that is to be asked again, or none.
    private int repeat = -1;
    private CallPool[]? pools;

    // Only where somebody follows how calls end.
    private readonly CallWatch? watch;

    public GatewayCall(GatewayServices services, GatewaySnapshot snapshot, RoutingPlan plan, RequestContext request, in RequestProfile profile, bool streaming, string? pinnedTarget = null)
    {
        (Services, Request, IsStreaming) = (services, request, streaming);
        Decision = new GatewayDecision(plan, snapshot.Version, profile, request.StartedAt, services.Time);
        watch = services.Decisions.IsEnabled ? new CallWatch(null, 0) : null;
        CandidateSelector.Filter(plan, profile, request, Budget, Decision.Facts);
        if (pinnedTarget is not null)
        {
            CandidateSelector.DropAllBut(pinnedTarget, Route, Decision.Facts);
        }
    }

    public GatewayServices Services { get; }

    public Route Route => Decision.Plan.Route;

    /// <summary>How this call is routed within the route.</summary>
    public RoutingPlan Plan => Decision.Plan;

    public RequestContext Request { get; }

    public bool IsStreaming { get; }

    /// <summary>The lane in which it counts as under way; <see cref="CallsInFlight.Refused"/> when it may not begin.</summary>
    public required int Lane { get; init; }

    /// <summary>Its side of the rollout that runs, if one does.</summary>
    public RolloutShare? Rollout
    {
        init => watch = value is null ? watch : new CallWatch(value, Services.Time.GetTimestamp());
    }

    /// <summary>Whether it mirrors another call.</summary>
    public bool IsMirrored { get; init; }

    public GatewayDecision Decision { get; }

    /// <summary>What the last attempt that failed said.</summary>
    public BackendException? LastFailure { get; private set; }

    /// <summary>What each attempt reserves from.</summary>
    public CallPool[] Pools => pools ??= Route.Budgets.PoolsOf(Request);

    /// <summary>Whether a second attempt was sent beside a slow one; it is once at most.</summary>
    public bool HasHedged { get; set; }

    /// <summary>How long the call waited for open breakers.</summary>
    public TimeSpan BreakerWaited { get; set; }

    /// <summary>What the request may spend. One made without a budget, as stages make them to share one among several calls, has the route's.</summary>
    public RequestBudget Budget => ReferenceEquals(Request.Budget, RequestBudget.Unlimited) ? Route.RequestBudget : Request.Budget;

    /// <summary>The time that the request has left, or <see langword="null"/> when it is not limited.</summary>
    public TimeSpan? TimeLeft => MaxDuration is { } maximum ? maximum - Elapsed : null;

    /// <summary>Whether the request's time is up. Timers count in milliseconds: with less than one left there is no time for an attempt.</summary>
    public bool IsOver => MaxDuration is { } maximum && maximum - Elapsed < TimeSpan.FromMilliseconds(1);

    private TimeSpan? MaxDuration => Budget.MaxDuration is { } maximum && maximum != Timeout.InfiniteTimeSpan ? maximum : null;

    private TimeSpan Elapsed => Services.Time.GetElapsedTime(Request.StartedAt);

    private ref readonly RequestProfile Profile => ref Decision.Profile;

    /// <summary>The timeouts at a target: reckoned, since they are asked for two or three times and would be a quarter of an attempt.</summary>
    public AttemptTimeouts TimeoutsOf(RouteTarget target) => AttemptTimeouts.For(Route.Timeouts, target.Model.Reasons == true, Profile.Effort, IsStreaming);

    /// <summary>Notes that it was answered.</summary>
    public void MarkAnswered()
    {
        if (watch is { } own)
        {
            own.HasAnswered = true;
        }
    }

    /// <summary>Notes what it fails with. For a filter, which sees a failure before anything of the call is ended.</summary>
    /// <returns><see langword="false"/>: it is not caught here.</returns>
    public bool MarkFailed(Exception exception)
    {
        if (watch is { } own)
        {
            own.Failure = exception;
        }

        return false;
    }

    /// <summary>Tells those who follow how it ended.</summary>
    public void End()
    {
        if (watch is { } own && !IsMirrored)
        {
            own.End(this, Elapsed);
        }
    }

    /// <summary>Chooses without calling, for explanations.</summary>
    public void Choose() => Decision.Chosen = CandidateSelector.Pick(Plan, Profile, Request, Decision.Facts, Services.Random, out _);

    /// <summary>Notes that the target of an attempt is not to be tried again in this call.</summary>
    public void Exhaust(Attempt attempt) => Decision.Facts[attempt.Index].Exhausted = true;

    /// <summary>Decides what follows an attempt that failed.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="failure">Why it failed.</param>
    /// <returns>How long to wait before the next attempt.</returns>
    /// <exception cref="RequestFailedException">The failure ends the call.</exception>
    public TimeSpan DecideNext(Attempt attempt, BackendException failure)
    {
        LastFailure = failure;
        return failure.Kind.Action() is RetryAction.Surface && !(failure.Kind is BackendErrorKind.ContentPolicy && MayGoRoundRefusal(attempt))
            ? throw Failures.Surfaced(Decision, failure)
            : PrepareNext(attempt, failure);
    }

    /// <summary>Decides how an answer that broke off is gone on with: elsewhere, and where there is no other target, at the same one. Nothing surfaces.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="failure">Why it failed.</param>
    /// <param name="brokeOff">Whether it was this attempt that broke off, and not one that was to go on and never began.</param>
    /// <returns>How long to wait before the next attempt.</returns>
    public TimeSpan DecideRecovery(Attempt attempt, BackendException failure, bool brokeOff)
    {
        LastFailure = failure;
        if (!brokeOff)
        {
            return PrepareNext(attempt, failure);
        }

        if (HasAlternative(attempt.Index) || !TryRepeat(attempt.Index, failure.RetryAfter, out var delay))
        {
            Decision.Facts[attempt.Index].Exhausted = true;
            return TimeSpan.Zero;
        }

        return delay;
    }

    /// <summary>Whether a refusal by a target's content policy may go to another target. If so, only those are left that may be asked then.</summary>
    /// <param name="attempt">The attempt that was refused.</param>
    /// <returns>Whether there is one to ask.</returns>
    public bool MayGoRoundRefusal(Attempt attempt) => FallbackConditions.OnContentPolicy(Plan, Decision.Facts, attempt.Index);

    /// <summary>Leaves only those targets to the next attempts that can do what they are for.</summary>
    /// <param name="canDo">Whether a target can.</param>
    /// <returns>Whether one is left.</returns>
    public bool AllowOnly(Func<RouteTarget, bool> canDo)
    {
        var isOneLeft = false;
        for (var i = 0; i < Decision.Facts.Length; i++)
        {
            ref var fact = ref Decision.Facts[i];
            fact.Barred = !canDo(Route.Targets[i]);
            isOneLeft |= fact.IsOpen;
        }

        return isOneLeft;
    }

    /// <summary>Takes the target that is to be asked again, if it still can be; -1 for none.</summary>
    public int TakeRepeat()
    {
        var index = repeat;
        repeat = -1;
        return index >= 0 && Decision.Facts[index].IsOpen && Route.Targets[index].CanEnter() ? index : -1;
    }

    /// <summary>Checks that the request may make another attempt.</summary>
    /// <exception cref="RequestFailedException">It may not.</exception>
    public void ThrowIfSpent()
    {
        if (IsOver)
        {
            throw Failures.DeadlineExceeded(Decision, MaxDuration!.Value, LastFailure);
        }

        if (Decision.AttemptCount >= Route.Retry.MaxAttempts)
        {
            if (!Array.Exists(Decision.Facts, static fact => fact.IsOpen))
            {
                throw Failures.NothingLeft(Route, Decision, LastFailure, Decision.Refusal);
            }

            throw Failures.AttemptsUsedUp(Decision, Route.Retry.MaxAttempts, LastFailure);
        }

        if (Budget.MaxTokens is { } tokens && Request.Tokens + Profile.InputTokens > tokens)
        {
            throw Failures.TokensUsedUp(Decision, Request.Tokens, Profile.InputTokens, tokens);
        }

        if (Decision.AttemptCount > 0 && Budget.MaxCost is not null)
        {
            CandidateSelector.DropTooExpensive(Route, Profile, Request, Budget, Decision.Facts);
        }
    }

    private TimeSpan PrepareNext(Attempt attempt, BackendException failure)
    {
        if (failure.Kind is BackendErrorKind.ContextLength)
        {
            FallbackConditions.OnContextLength(Plan, Decision.Facts, attempt.Index);
        }

        var action = failure.Kind.Action();
        var limited = failure.Kind is BackendErrorKind.RateLimited;
        ref var fact = ref Decision.Facts[attempt.Index];
        if (action is RetryAction.RotateKey && failure.CanRotateKey && fact.Retries < Route.Retry.MaxRetriesPerTarget && LeavesOthersTheirTurn(attempt.Index))
        {
            fact.Retries++;
            repeat = attempt.Index;
            var pause = limited ? Backoff.Delay(Route.Retry, 0, null, Services.Random) : TimeSpan.Zero;
            return FitsDeadline(pause) ? pause : TimeSpan.Zero;
        }

        // An error that may pass is retried where it happened. A rate limit, a target whose breaker this failure has opened, and an answer that came spoiled are waited out or asked for again only where nobody else can answer.
        var isSpoiled = failure.Kind is BackendErrorKind.MalformedResponse or BackendErrorKind.Truncated;
        var worthRepeating = (action is RetryAction.RetrySame && attempt.Target.CanEnter()) || ((action is RetryAction.RetrySame || limited || isSpoiled) && !HasAlternative(attempt.Index));
        if (worthRepeating && LeavesOthersTheirTurn(attempt.Index) && TryRepeat(attempt.Index, failure.RetryAfter, out var delay))
        {
            return delay;
        }

        fact.Exhausted = true;
        return TimeSpan.Zero;
    }

    // Retries must not use up the attempts: each target that could still be asked is left one.
    private bool LeavesOthersTheirTurn(int index)
    {
        var left = Route.Retry.MaxAttempts - Decision.AttemptCount;
        if (Budget.MaxAttempts is { } maximum)
        {
            left = Math.Min(left, maximum - Request.Attempts);
        }

        for (var i = 0; i < Decision.Facts.Length && left > 0; i++)
        {
            if (i != index && Decision.Facts[i].IsOpen && Route.Targets[i].CanEnter())
            {
                left--;
            }
        }

        return left > 0;
    }

    private bool TryRepeat(int index, TimeSpan? retryAfter, out TimeSpan delay)
    {
        ref var fact = ref Decision.Facts[index];
        delay = TimeSpan.Zero;
        if (fact.Retries >= Route.Retry.MaxRetriesPerTarget)
        {
            return false;
        }

        delay = Backoff.Delay(Route.Retry, fact.Retries, retryAfter, Services.Random);
        if (delay > Route.Retry.MaxDelay || !FitsDeadline(delay) || !Route.State.Retries.TryWithdraw())
        {
            delay = TimeSpan.Zero;
            return false;
        }

        fact.Retries++;
        repeat = index;
        return true;
    }

    /// <summary>Whether another target could be asked now.</summary>
    public bool HasAlternative(int index)
    {
        for (var i = 0; i < Decision.Facts.Length; i++)
        {
            if (i != index && Decision.Facts[i].IsOpen && Route.Targets[i].CanEnter())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the request still has time after a wait.</summary>
    public bool FitsDeadline(TimeSpan delay) => MaxDuration is not { } maximum || Elapsed + delay < maximum;
}
