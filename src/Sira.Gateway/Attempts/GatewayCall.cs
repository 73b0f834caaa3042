using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Clients;
using Sira.Gateway.Decisions;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Health;
using Sira.Kernel.Resources;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Attempts;

/// <summary>One model call on its way through attempts. Every decision is made here, so that unary calls, streams and embeddings share it; the clients only move data.</summary>
internal sealed class GatewayCall
{
    private readonly GatewayServices services;
    private readonly Route route;
    private readonly RequestContext request;
    private readonly bool streaming;
    private CircuitPermit? permit;
    private Reservation? reservation;
    private int current = -1;
    private int retriesOnCurrent;
    private bool repeat;

    // Few calls are refused, so the refusal is boxed instead of being a part of every call.
    private StrongBox<ResourceRejection>? refusal;
    private BackendException? lastFailure;

    public GatewayCall(GatewayServices services, GatewaySnapshot snapshot, Route route, RequestContext request, in RequestProfile profile, bool streaming, string? pinnedTarget = null)
    {
        (this.services, this.route, this.request, this.streaming) = (services, route, request, streaming);
        Decision = new GatewayDecision(route, snapshot.Version, profile, request.StartedAt, services.Time);
        CandidateSelector.Filter(route, profile, request, Budget, Decision.Facts);
        if (pinnedTarget is not null)
        {
            CandidateSelector.DropAllBut(pinnedTarget, route, Decision.Facts);
        }
    }

    public GatewayDecision Decision { get; }

    public RouteTarget Target => route.Targets[current];

    /// <summary>The timeouts of the attempt that runs now: reckoned, since they are asked for two or three times and would be a quarter of this object.</summary>
    public AttemptTimeouts Timeouts => AttemptTimeouts.For(route.Timeouts, Target.Model.Reasons == true, Profile.Effort, streaming);

    // A request made without a budget, as stages make them to share one among several calls, has the route's.
    private RequestBudget Budget => ReferenceEquals(request.Budget, RequestBudget.Unlimited) ? route.RequestBudget : request.Budget;

    private TimeSpan? MaxDuration => Budget.MaxDuration is { } maximum && maximum != Timeout.InfiniteTimeSpan ? maximum : null;

    // Timers count in milliseconds: with less than one left there is no time for an attempt.
    private bool IsOver => MaxDuration is { } maximum && maximum - services.Time.GetElapsedTime(request.StartedAt) < TimeSpan.FromMilliseconds(1);

    private ref readonly RequestProfile Profile => ref Decision.Profile;

    /// <summary>Chooses without calling, for explanations.</summary>
    public void Choose() => Decision.Chosen = CandidateSelector.Pick(route, Profile, request, Decision.Facts, services.Random, out _);

    /// <summary>Chooses the next target, reserves what the attempt may use and takes leave of its breaker.</summary>
    /// <exception cref="RequestFailedException">Nothing is left to try.</exception>
    public RouteTarget StartAttempt()
    {
        ThrowIfSpent();
        if (Decision.AttemptCount > 0 && Budget.MaxCost is not null)
        {
            CandidateSelector.DropTooExpensive(route, Profile, request, Budget, Decision.Facts);
        }

        while (true)
        {
            var bypassBreaker = false;
            var next = repeat && Decision.Facts[current].IsOpen && Target.Endpoint.Breaker.CanEnter()
                ? current
                : CandidateSelector.Pick(route, Profile, request, Decision.Facts, services.Random, out bypassBreaker);
            repeat = false;
            if (next < 0)
            {
                throw Failures.NothingLeft(route, Decision, lastFailure, refusal?.Value);
            }

            if (TryBegin(next, bypassBreaker))
            {
                return Target;
            }
        }
    }

    /// <summary>Makes the options of the attempt: the caller's, for this target, with what the target cannot take left out where the route allows it.</summary>
    public SiraChatOptions CreateOptions(ChatOptions? options)
    {
        var own = new SiraChatOptions(options) { Request = request, ModelId = Target.Model.Id, HeadersTimeout = Timeouts.Headers };
        own.AdditionalProperties?.Remove(RequestContext.PropertyName);
        if (ContinuationPin.TryUnwrap(own.ContinuationToken, out _, out var token))
        {
            own.ContinuationToken = token;
        }

        var missing = Profile.Features & ~Target.Features;
        if (missing != 0)
        {
            OptionDropper.Drop(own, missing);
        }

        if (own.Reasoning is not null && (Target.Features & RequestFeatures.Reasoning) == 0)
        {
            // What is left asks for no reasoning, which such a model does anyway; it refuses the member.
            own.Reasoning = null;
        }

        return own;
    }

    public AttemptCancellation CreateCancellation(CancellationToken caller)
    {
        var total = Timeouts.Total;
        if (MaxDuration is { } maximum)
        {
            var left = maximum - services.Time.GetElapsedTime(request.StartedAt);
            total = left < total || total == Timeout.InfiniteTimeSpan ? left : total;
        }

        return new AttemptCancellation(services.Time, services.Logger, Target.Name, Decision.Current.Started, total, caller);
    }

    public void MarkFirstToken() => Decision.Current.FirstToken = services.Time.GetTimestamp();

    /// <summary>Ends the call with an answer.</summary>
    /// <param name="usage">The usage, if it was reported.</param>
    /// <param name="receivedTokens">The tokens that had been received, roughly.</param>
    /// <param name="isPending">Whether the answer goes on in the background: it is billed when it is fetched whole.</param>
    public void Succeed(UsageDetails? usage, long receivedTokens, bool isPending = false)
    {
        var duration = End(error: null, usage);
        ref var attempt = ref Decision.Current;
        var sample = attempt.FirstToken == 0 ? duration : services.Time.GetElapsedTime(attempt.Started, attempt.FirstToken);
        Target.Endpoint.Load.Record(sample);
        Charge(ref attempt, usage, receivedTokens, billed: !isPending || usage is not null, isWhole: true);
        Leave(CircuitOutcome.Success, null);
        services.Metrics.Record(route.Name, Target, streaming, duration, attempt);
        if (services.Bus.HasSubscribers<ResponseCompleted>())
        {
            services.Bus.Publish(new ResponseCompleted(request, Decision, Target.Name, usage, attempt.Cost, duration));
        }
    }

    /// <summary>Ends an attempt that failed.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="usage">The usage that had been received, if any.</param>
    /// <param name="receivedTokens">The tokens that had been received, roughly.</param>
    /// <param name="mayRetry">Whether another attempt is allowed: not after output has been delivered.</param>
    /// <returns>How long to wait before the next attempt.</returns>
    /// <exception cref="RequestFailedException">The failure ends the call.</exception>
    public TimeSpan Fail(BackendException failure, UsageDetails? usage = null, long receivedTokens = 0, bool mayRetry = true)
    {
        lastFailure = failure;
        usage ??= failure.Usage;
        var duration = End(failure.Kind, usage);
        ref var attempt = ref Decision.Current;
        attempt.StatusCode = failure.StatusCode;

        // A key at fault is the key pool's business while there is another; with the last one the target is out of order.
        // And the caller's own deadline says nothing about the target that it cut short.
        var counts = failure.Kind.Scope() is not HealthScope.None && !(failure.Kind.Scope() is HealthScope.Key && failure.CanRotateKey)
            && !(failure.Kind.IsTimeout() && IsOver);
        Charge(ref attempt, usage, receivedTokens, billed: usage is not null || receivedTokens > 0 || Billing.IsLikely(failure.Kind));
        Leave(counts ? CircuitOutcome.Failure : CircuitOutcome.Neutral, failure.RetryAfter);
        services.Metrics.Record(route.Name, Target, streaming, duration, attempt);
        services.Logger.AttemptFailed(route.Name, Target.Name, failure.Kind, failure.StatusCode, duration.TotalMilliseconds);
        services.Bus.Publish(new AttemptFailed(route.Name, Target.Name, failure.Kind, failure.StatusCode, duration));

        if (!mayRetry)
        {
            return TimeSpan.Zero;
        }

        if (failure.Kind.Action() is RetryAction.Surface && !(failure.Kind is BackendErrorKind.ContentPolicy && route.FallBackOnContentPolicy))
        {
            throw Failures.Surfaced(Decision, failure);
        }

        return PrepareNext(failure);
    }

    /// <summary>Ends an attempt that the caller cancelled or walked away from. What the provider did until then is billed, by estimate.</summary>
    /// <param name="usage">The usage that had been received, if any.</param>
    /// <param name="receivedTokens">The tokens that had been received, roughly.</param>
    /// <param name="wasSent">Whether the provider can have seen it.</param>
    public void Abandon(UsageDetails? usage, long receivedTokens, bool wasSent = true)
    {
        var duration = End(BackendErrorKind.Cancelled, usage);
        ref var attempt = ref Decision.Current;
        Charge(ref attempt, usage, receivedTokens, billed: wasSent);
        Leave(CircuitOutcome.Neutral, null);
        services.Metrics.Record(route.Name, Target, streaming, duration, attempt);
    }

    private void ThrowIfSpent()
    {
        if (IsOver)
        {
            throw Failures.DeadlineExceeded(Decision, MaxDuration!.Value, lastFailure);
        }

        if (Decision.AttemptCount >= route.Retry.MaxAttempts)
        {
            if (!Array.Exists(Decision.Facts, static fact => fact.IsOpen))
            {
                throw Failures.NothingLeft(route, Decision, lastFailure, refusal?.Value);
            }

            throw Failures.AttemptsUsedUp(Decision, route.Retry.MaxAttempts, lastFailure);
        }

        if (Budget.MaxTokens is { } tokens && request.Tokens + Profile.InputTokens > tokens)
        {
            throw Failures.TokensUsedUp(Decision, request.Tokens, Profile.InputTokens, tokens);
        }
    }

    private bool TryBegin(int index, bool bypassBreaker)
    {
        var target = route.Targets[index];
        if (!Admission.TryReserve(services.Scheduler, route.Pools, target, Profile, out reservation, out var rejection))
        {
            refusal = new StrongBox<ResourceRejection>(rejection);
            Decision.Facts[index].Dropped = DropReason.QuotaExhausted;
            services.Bus.Publish(new BudgetExhausted(route.Name, rejection.Pool.Name, rejection.RetryAfter));
            return false;
        }

        var begun = false;
        try
        {
            permit = null;
            if (target.Endpoint.Breaker.TryEnter(out var granted))
            {
                permit = granted;
            }
            else if (!bypassBreaker)
            {
                // Another call took the last probe between the ranking and now: rank again.
                return false;
            }

            if (index != current)
            {
                (current, retriesOnCurrent) = (index, 0);
            }

            if (!request.TryTakeAttempt(Budget))
            {
                Leave(CircuitOutcome.Neutral, null);
                throw Failures.RequestAttemptsUsedUp(Decision, Budget.MaxAttempts!.Value, lastFailure);
            }

            begun = true;
        }
        finally
        {
            if (!begun)
            {
                reservation?.Release();
            }
        }

        target.Endpoint.Load.Begin();
        Decision.Begin(index, services.Time.GetTimestamp());
        return true;
    }

    private TimeSpan PrepareNext(BackendException failure)
    {
        var action = failure.Kind.Action();
        var limited = failure.Kind is BackendErrorKind.RateLimited;
        if (action is RetryAction.RotateKey && failure.CanRotateKey && retriesOnCurrent < route.Retry.MaxRetriesPerTarget)
        {
            retriesOnCurrent++;
            repeat = true;
            var pause = limited ? Backoff.Delay(route.Retry, 0, null, services.Random) : TimeSpan.Zero;
            return FitsDeadline(pause) ? pause : TimeSpan.Zero;
        }

        // An error that may pass is retried where it happened. A rate limit, and a target whose breaker this failure has opened, are waited out only where nobody else can answer.
        var worthRepeating = action is RetryAction.RetrySame ? Target.Endpoint.Breaker.CanEnter() || !HasAlternative() : limited && !HasAlternative();
        if (worthRepeating && retriesOnCurrent < route.Retry.MaxRetriesPerTarget)
        {
            var delay = Backoff.Delay(route.Retry, retriesOnCurrent, failure.RetryAfter, services.Random);
            if (delay <= route.Retry.MaxDelay && FitsDeadline(delay))
            {
                retriesOnCurrent++;
                repeat = true;
                return delay;
            }
        }

        Decision.Facts[current].Exhausted = true;
        return TimeSpan.Zero;
    }

    private bool HasAlternative()
    {
        for (var i = 0; i < Decision.Facts.Length; i++)
        {
            if (i != current && Decision.Facts[i].IsOpen && route.Targets[i].Endpoint.Breaker.CanEnter())
            {
                return true;
            }
        }

        return false;
    }

    private bool FitsDeadline(TimeSpan delay) =>
        MaxDuration is not { } maximum || services.Time.GetElapsedTime(request.StartedAt) + delay < maximum;

    private TimeSpan End(BackendErrorKind? error, UsageDetails? usage)
    {
        ref var attempt = ref Decision.Current;
        attempt.Ended = services.Time.GetTimestamp();
        attempt.Error = error;
        attempt.Usage = usage;
        Target.Endpoint.Load.End();
        return services.Time.GetElapsedTime(attempt.Started, attempt.Ended);
    }

    private void Leave(CircuitOutcome outcome, TimeSpan? retryAfter)
    {
        if (permit is { } granted)
        {
            permit = null;
            Target.Endpoint.Breaker.Record(granted, outcome, retryAfter);
        }
    }

    private void Charge(ref AttemptFacts attempt, UsageDetails? usage, long receivedTokens, bool billed, bool isWhole = false)
    {
        var bill = Billing.Reckon(Target, Profile, usage, receivedTokens, billed, isWhole);
        (attempt.PicoDollars, attempt.IsEstimated) = (bill.PicoDollars, bill.IsEstimated);
        request.ChargePicoDollars(bill.Tokens, bill.PicoDollars);
        Admission.Settle(reservation, route.Pools, bill);
        reservation = null;
        services.Ledger.Record(Decision, Target, request, attempt, bill);
    }
}
