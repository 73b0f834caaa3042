using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Time;
using Sira.Requests;

namespace Sira.Gateway.Attempts;

/// <summary>One model call on its way through attempts. Every decision is made here, so that unary calls, streams and embeddings share it; the clients only move data.</summary>
internal sealed class GatewayCall
{
    // The target that is to be asked again, or none.
    private int repeat = -1;

    private CallPool[]? pools;
    private BackendException? lastFailure;

    public GatewayCall(GatewayServices services, GatewaySnapshot snapshot, Route route, RequestContext request, in RequestProfile profile, bool streaming, string? pinnedTarget = null)
    {
        (Services, Route, Request, IsStreaming) = (services, route, request, streaming);
        Decision = new GatewayDecision(route, snapshot.Version, profile, request.StartedAt, services.Time);
        CandidateSelector.Filter(route, profile, request, Budget, Decision.Facts);
        if (pinnedTarget is not null)
        {
            CandidateSelector.DropAllBut(pinnedTarget, route, Decision.Facts);
        }
    }

    public GatewayServices Services { get; }

    public Route Route { get; }

    public RequestContext Request { get; }

    public bool IsStreaming { get; }

    public GatewayDecision Decision { get; }

    /// <summary>What each attempt reserves from.</summary>
    public CallPool[] Pools => pools ??= Route.Budgets.PoolsOf(Request);

    /// <summary>Whether the request's time is up. Timers count in milliseconds: with less than one left there is no time for an attempt.</summary>
    public bool IsOver => MaxDuration is { } maximum && maximum - Elapsed < TimeSpan.FromMilliseconds(1);

    // A request made without a budget, as stages make them to share one among several calls, has the route's.
    private RequestBudget Budget => ReferenceEquals(Request.Budget, RequestBudget.Unlimited) ? Route.RequestBudget : Request.Budget;

    private TimeSpan? MaxDuration => Budget.MaxDuration is { } maximum && maximum != Timeout.InfiniteTimeSpan ? maximum : null;

    private TimeSpan Elapsed => Services.Time.GetElapsedTime(Request.StartedAt);

    private ref readonly RequestProfile Profile => ref Decision.Profile;

    /// <summary>The timeouts at a target: reckoned, since they are asked for two or three times and would be a quarter of an attempt.</summary>
    public AttemptTimeouts TimeoutsOf(RouteTarget target) => AttemptTimeouts.For(Route.Timeouts, target.Model.Reasons == true, Profile.Effort, IsStreaming);

    /// <summary>Chooses without calling, for explanations.</summary>
    public void Choose() => Decision.Chosen = CandidateSelector.Pick(Route, Profile, Request, Decision.Facts, Services.Random, out _);

    /// <summary>Chooses the next target, reserves what the attempt may use and takes leave of its breakers.</summary>
    /// <param name="caller">The caller's token.</param>
    /// <exception cref="RequestFailedException">Nothing is left to try.</exception>
    public ValueTask<Attempt> StartAttemptAsync(CancellationToken caller)
    {
        ThrowIfSpent();
        while (true)
        {
            var next = TakeRepeat();
            var bypassBreaker = false;
            if (next < 0)
            {
                next = CandidateSelector.Pick(Route, Profile, Request, Decision.Facts, Services.Random, out bypassBreaker);
            }

            if (next < 0)
            {
                throw Failures.NothingLeft(Route, Decision, lastFailure, Decision.Refusal);
            }

            if (bypassBreaker && ReopensIn(next) is { } wait)
            {
                return WaitAndStartAsync(wait, caller);
            }

            if (TryBegin(next, bypassBreaker, caller) is { } attempt)
            {
                return ValueTask.FromResult(attempt);
            }
        }
    }

    /// <summary>Decides what follows an attempt that failed.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="failure">Why it failed.</param>
    /// <returns>How long to wait before the next attempt.</returns>
    /// <exception cref="RequestFailedException">The failure ends the call.</exception>
    public TimeSpan DecideNext(Attempt attempt, BackendException failure)
    {
        lastFailure = failure;
        return failure.Kind.Action() is RetryAction.Surface && !(failure.Kind is BackendErrorKind.ContentPolicy && Route.FallBackOnContentPolicy)
            ? throw Failures.Surfaced(Decision, failure)
            : PrepareNext(attempt, failure);
    }

    /// <summary>Decides how an answer that broke off is gone on with: as after any failure, but the same target is asked again where there is no other, and nothing surfaces.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="failure">Why it failed.</param>
    /// <returns>How long to wait before the next attempt.</returns>
    public TimeSpan DecideRecovery(Attempt attempt, BackendException failure)
    {
        lastFailure = failure;
        if (failure.Kind.Action() is RetryAction.FallOver && !HasAlternative(attempt.Index) && TryRepeat(attempt.Index, failure.RetryAfter, out var delay))
        {
            return delay;
        }

        return PrepareNext(attempt, failure);
    }

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

    private void ThrowIfSpent()
    {
        if (IsOver)
        {
            throw Failures.DeadlineExceeded(Decision, MaxDuration!.Value, lastFailure);
        }

        if (Decision.AttemptCount >= Route.Retry.MaxAttempts)
        {
            if (!Array.Exists(Decision.Facts, static fact => fact.IsOpen))
            {
                throw Failures.NothingLeft(Route, Decision, lastFailure, Decision.Refusal);
            }

            throw Failures.AttemptsUsedUp(Decision, Route.Retry.MaxAttempts, lastFailure);
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

    private int TakeRepeat()
    {
        var index = repeat;
        repeat = -1;
        return index >= 0 && Decision.Facts[index].IsOpen && Route.Targets[index].CanEnter() ? index : -1;
    }

    private Attempt? TryBegin(int index, bool bypassBreaker, CancellationToken caller)
    {
        var target = Route.Targets[index];
        if (!Admission.TryReserve(Services.Scheduler, Pools, target, Profile, Services.Bus, out var reservation, out var outputLimit, out var rejection))
        {
            Decision.Refuse(index, rejection);
            Services.Bus.Publish(new BudgetExhausted(Route.Name, rejection.Pool.Name, rejection.RetryAfter));
            return null;
        }

        var permits = default(HealthPermits);
        var begun = false;
        try
        {
            if (!HealthPermits.TryEnter(target, out permits) && !bypassBreaker)
            {
                // Another call took the last probe between the ranking and now: rank again.
                return null;
            }

            if (!Request.TryTakeAttempt(Budget))
            {
                permits.Record(target, Kernel.Health.CircuitOutcome.Neutral, Kernel.Health.CircuitOutcome.Neutral);
                throw Failures.RequestAttemptsUsedUp(Decision, Budget.MaxAttempts!.Value, lastFailure);
            }

            begun = true;
        }
        finally
        {
            if (!begun)
            {
                Admission.Release(reservation, Pools, Services.Bus);
            }
        }

        target.Endpoint.Load.Begin();
        var number = Decision.Begin(index, Services.Time.GetTimestamp());
        Decision.FactsOf(number).OutputLimit = outputLimit;
        return new Attempt(this, index, number, permits, reservation, TotalTimeoutOf(target), caller);
    }

    private TimeSpan TotalTimeoutOf(RouteTarget target)
    {
        var total = TimeoutsOf(target).Total;
        if (MaxDuration is { } maximum)
        {
            var left = maximum - Elapsed;
            total = left < total || total == Timeout.InfiniteTimeSpan ? left : total;
        }

        return total;
    }

    // Every breaker is open. A route that would rather wait than disturb a target that is down waits for the first to let a probe through, if that is soon enough.
    private TimeSpan? ReopensIn(int index) =>
        Route.Targets[index].RemainingBreak is var wait && wait > TimeSpan.Zero && wait <= Route.MaxBreakerWait && FitsDeadline(wait) ? wait : null;

    private async ValueTask<Attempt> WaitAndStartAsync(TimeSpan wait, CancellationToken caller)
    {
        await InlineDelay.WaitAsync(wait, Services.Time, caller).ConfigureAwait(false);
        return await StartAttemptAsync(caller).ConfigureAwait(false);
    }

    private TimeSpan PrepareNext(Attempt attempt, BackendException failure)
    {
        var action = failure.Kind.Action();
        var limited = failure.Kind is BackendErrorKind.RateLimited;
        ref var fact = ref Decision.Facts[attempt.Index];
        if (action is RetryAction.RotateKey && failure.CanRotateKey && fact.Retries < Route.Retry.MaxRetriesPerTarget)
        {
            fact.Retries++;
            repeat = attempt.Index;
            var pause = limited ? Backoff.Delay(Route.Retry, 0, null, Services.Random) : TimeSpan.Zero;
            return FitsDeadline(pause) ? pause : TimeSpan.Zero;
        }

        // An error that may pass is retried where it happened. A rate limit, and a target whose breaker this failure has opened, are waited out only where nobody else can answer.
        var worthRepeating = action is RetryAction.RetrySame ? attempt.Target.CanEnter() || !HasAlternative(attempt.Index) : limited && !HasAlternative(attempt.Index);
        if (worthRepeating && TryRepeat(attempt.Index, failure.RetryAfter, out var delay))
        {
            return delay;
        }

        fact.Exhausted = true;
        return TimeSpan.Zero;
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
        if (delay > Route.Retry.MaxDelay || !FitsDeadline(delay))
        {
            delay = TimeSpan.Zero;
            return false;
        }

        fact.Retries++;
        repeat = index;
        return true;
    }

    private bool HasAlternative(int index)
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

    private bool FitsDeadline(TimeSpan delay) => MaxDuration is not { } maximum || Elapsed + delay < maximum;
}
