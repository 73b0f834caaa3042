using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Events;
using Sira.Gateway.Hedging;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Health;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Gateway.Attempts;

/// <summary>Begins attempts: chooses the next target, takes room at it, reserves what the attempt may spend, and takes leave of the breakers.</summary>
internal static class AttemptStarter
{
    // How often a call that waits for somebody else's probe looks whether it has been answered: much less than an answer takes.
    private static readonly TimeSpan ProbeLookup = TimeSpan.FromMilliseconds(100);

    /// <summary>Begins the next attempt of a call, at once or as soon as there is room for it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="caller">The caller's token.</param>
    /// <returns>The attempt.</returns>
    /// <exception cref="RequestFailedException">Nothing is left to try, or nothing more may be spent.</exception>
    public static ValueTask<Attempt> StartAsync(GatewayCall call, CancellationToken caller)
    {
        call.ThrowIfSpent();

        // Read once: nothing here waits.
        var now = call.Services.Time.GetTimestamp();
        if (call.Decision.AttemptCount == 0)
        {
            call.Route.State.Retries.Deposit(now);
            if (!call.IsMirrored)
            {
                // What nobody waits for must not pay for the hedges of those who wait.
                call.Services.HedgeBudget.Deposit(now);
            }
        }
        else
        {
            CapacityRoom.Forget(call.Decision.Facts);
        }

        return ChooseAsync(call, now, caller);
    }

    /// <summary>Begins an attempt beside another one, at another target, if one can be asked and paid now without waiting, and not too many are hedged already.</summary>
    public static Attempt? TryStartBeside(Attempt attempt, CancellationToken caller)
    {
        var call = attempt.Call;
        ref var fact = ref call.Decision.Facts[attempt.Index];
        fact.Barred = true;
        var next = CandidateSelector.Pick(call.Plan, call.Decision.Profile, call.Request, call.Decision.Facts, call.Services.Random, out var bypassBreaker);
        fact.Barred = false;
        if (next < 0 || bypassBreaker || !HedgePolicy.CanAfford(attempt, call.Route.Targets[next]) || !CapacityRoom.TryTake(call, next, out var room))
        {
            return null;
        }

        if (!call.Services.HedgeBudget.TryWithdraw())
        {
            room?.Release();
            return null;
        }

        var begun = TryBegin(call, next, bypassBreaker: false, room, call.Services.Time.GetTimestamp(), caller, out _);
        if (begun is null)
        {
            // What a budget does not allow beside the first attempt, it may allow when that has ended.
            call.Decision.Facts[next].Dropped = null;
        }

        return begun;
    }

    private static ValueTask<Attempt> ChooseAgainAsync(GatewayCall call, CancellationToken caller)
    {
        call.ThrowIfSpent();
        CapacityRoom.Forget(call.Decision.Facts);
        return ChooseAsync(call, call.Services.Time.GetTimestamp(), caller);
    }

    private static ValueTask<Attempt> ChooseAsync(GatewayCall call, long now, CancellationToken caller)
    {
        var facts = call.Decision.Facts;
        while (true)
        {
            var next = call.TakeRepeat();
            var bypassBreaker = false;
            if (next < 0)
            {
                next = CandidateSelector.Pick(call.Plan, call.Decision.Profile, call.Request, facts, call.Services.Random, out bypassBreaker);
            }

            if (next < 0 || bypassBreaker)
            {
                // Rather than disturb a target that is down, wait for one that is only busy.
                if (CapacityRoom.FindFull(call, hasLastResort: next >= 0, out var isBroken) is { Length: > 0 } full)
                {
                    return WaitForRoomAsync(call, full, isBroken, caller);
                }

                if (next < 0)
                {
                    throw Failures.NothingLeft(call.Route, call.Decision, call.LastFailure, call.Decision.Refusal);
                }

                if (ReopensIn(call, next) is { } wait)
                {
                    return WaitForBreakerAsync(call, wait, caller);
                }
            }

            if (!CapacityRoom.TryTake(call, next, out var room))
            {
                continue;
            }

            if (TryBegin(call, next, bypassBreaker, room, now, caller, out var isSpent) is { } attempt)
            {
                return ValueTask.FromResult(attempt);
            }

            if (isSpent)
            {
                throw Failures.RequestAttemptsUsedUp(call.Decision, call.Budget.MaxAttempts!.Value, call.LastFailure);
            }
        }
    }

    private static Attempt? TryBegin(GatewayCall call, int index, bool bypassBreaker, Reservation? room, long now, CancellationToken caller, out bool isSpent, bool hasWaited = false)
    {
        isSpent = false;
        var target = call.Route.Targets[index];
        Reservation? reservation = null;
        var begun = false;
        try
        {
            if (!Admission.TryReserve(call.Services.Scheduler, call.Pools, target, call.Decision.Profile, call.Services.Bus, out reservation, out var outputLimit, out var rejection))
            {
                call.Decision.Refuse(index, rejection);
                call.Services.Bus.Publish(new BudgetExhausted(call.Route.Name, rejection.Pool.Name, rejection.RetryAfter));
                return null;
            }

            if (!hasWaited && !CapacityRoom.TryPassThrottles(call, index))
            {
                return null;
            }

            if (!HealthPermits.TryEnter(target, out var permits) && !bypassBreaker)
            {
                // Another call took the last probe between the ranking and now: rank again.
                return null;
            }

            if (!call.Request.TryTakeAttempt(call.Budget))
            {
                permits.Record(target, CircuitOutcome.Neutral, CircuitOutcome.Neutral);
                isSpent = true;
                return null;
            }

            begun = true;
            target.Statistics.Begin(call.Decision.Profile.InputTokens + call.Decision.Profile.OutputTokens, call.IsStreaming);
            var number = call.Decision.Begin(index, now);
            call.Decision.FactsOf(number).OutputLimit = outputLimit;
            return new Attempt(call, index, number, permits, reservation, room, TotalTimeoutOf(call, target), caller);
        }
        finally
        {
            if (!begun)
            {
                Admission.Release(reservation, call.Pools, call.Services.Bus);
                room?.Release();
            }
        }
    }

    private static TimeSpan TotalTimeoutOf(GatewayCall call, RouteTarget target)
    {
        var total = call.TimeoutsOf(target).Total;
        return call.TimeLeft is { } left && (left < total || total == Timeout.InfiniteTimeSpan) ? left : total;
    }

    // Every breaker is open. A route that would rather wait than disturb a target that is down waits for the first to let a probe through, and while one is under way for what comes of it, if that is soon enough.
    private static TimeSpan? ReopensIn(GatewayCall call, int index)
    {
        var left = call.Route.MaxBreakerWait - call.BreakerWaited;
        if (left <= TimeSpan.Zero)
        {
            return null;
        }

        var wait = call.Route.Targets[index].RemainingBreak;
        wait = wait > TimeSpan.Zero ? wait : ProbeLookup;
        return wait <= left && call.FitsDeadline(wait) ? wait : null;
    }

    private static async ValueTask<Attempt> WaitForBreakerAsync(GatewayCall call, TimeSpan wait, CancellationToken caller)
    {
        call.BreakerWaited += wait;
        await InlineDelay.WaitAsync(wait, call.Services.Time, caller).ConfigureAwait(false);
        return await ChooseAgainAsync(call, caller).ConfigureAwait(false);
    }

    private static async ValueTask<Attempt> WaitForRoomAsync(GatewayCall call, int[] full, bool bypassBreaker, CancellationToken caller)
    {
        var (index, room) = await CapacityRoom.WaitAsync(call, full, caller).ConfigureAwait(false);
        return TryBegin(call, index, bypassBreaker, room, call.Services.Time.GetTimestamp(), caller, out var isSpent, hasWaited: true)
            ?? (isSpent ? throw Failures.RequestAttemptsUsedUp(call.Decision, call.Budget.MaxAttempts!.Value, call.LastFailure) : await ChooseAgainAsync(call, caller).ConfigureAwait(false));
    }
}
