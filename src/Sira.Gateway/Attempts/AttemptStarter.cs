using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Health;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Gateway.Attempts;

/// <summary>Begins attempts: chooses the next target, takes room at it, reserves what the attempt may spend, and takes leave of the breakers.</summary>
internal static class AttemptStarter
{
    /// <summary>Begins the next attempt of a call, at once or as soon as there is room for it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="caller">The caller's token.</param>
    /// <returns>The attempt.</returns>
    /// <exception cref="RequestFailedException">Nothing is left to try, or nothing more may be spent.</exception>
    public static ValueTask<Attempt> StartAsync(GatewayCall call, CancellationToken caller)
    {
        call.ThrowIfSpent();
        var facts = call.Decision.Facts;
        if (call.Decision.AttemptCount == 0)
        {
            call.Route.State.Retries.Deposit();
            if (!call.IsMirrored)
            {
                // What nobody waits for must not pay for the hedges of those who wait.
                call.Services.HedgeBudget.Deposit();
            }
        }
        else
        {
            CapacityRoom.Forget(facts);
        }

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
                if (CapacityRoom.FindFull(call) is >= 0 and var full)
                {
                    return WaitForRoomAsync(call, full, caller);
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

            if (TryBegin(call, next, bypassBreaker, room, caller, out var isSpent) is { } attempt)
            {
                return ValueTask.FromResult(attempt);
            }

            if (isSpent)
            {
                throw Failures.RequestAttemptsUsedUp(call.Decision, call.Budget.MaxAttempts!.Value, call.LastFailure);
            }
        }
    }

    /// <summary>Begins an attempt beside another one, at another target, if one can be asked now without waiting.</summary>
    public static Attempt? TryStartBeside(Attempt attempt, CancellationToken caller)
    {
        var call = attempt.Call;
        ref var fact = ref call.Decision.Facts[attempt.Index];
        fact.Barred = true;
        var next = CandidateSelector.Pick(call.Plan, call.Decision.Profile, call.Request, call.Decision.Facts, call.Services.Random, out var bypassBreaker);
        fact.Barred = false;
        return next >= 0 && !bypassBreaker && CapacityRoom.TryTake(call, next, out var room) ? TryBegin(call, next, bypassBreaker: false, room, caller, out _) : null;
    }

    private static Attempt? TryBegin(GatewayCall call, int index, bool bypassBreaker, Reservation? room, CancellationToken caller, out bool isSpent)
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
            var number = call.Decision.Begin(index, call.Services.Time.GetTimestamp());
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

    // Every breaker is open. A route that would rather wait than disturb a target that is down waits for the first to let a probe through, if that is soon enough.
    private static TimeSpan? ReopensIn(GatewayCall call, int index) =>
        call.Route.Targets[index].RemainingBreak is var wait && wait > TimeSpan.Zero && wait <= call.Route.MaxBreakerWait && call.FitsDeadline(wait) ? wait : null;

    private static async ValueTask<Attempt> WaitForBreakerAsync(GatewayCall call, TimeSpan wait, CancellationToken caller)
    {
        await InlineDelay.WaitAsync(wait, call.Services.Time, caller).ConfigureAwait(false);
        return await StartAsync(call, caller).ConfigureAwait(false);
    }

    private static async ValueTask<Attempt> WaitForRoomAsync(GatewayCall call, int index, CancellationToken caller)
    {
        var room = await CapacityRoom.WaitAsync(call, index, caller).ConfigureAwait(false);
        return TryBegin(call, index, bypassBreaker: false, room, caller, out var isSpent)
            ?? (isSpent ? throw Failures.RequestAttemptsUsedUp(call.Decision, call.Budget.MaxAttempts!.Value, call.LastFailure) : await StartAsync(call, caller).ConfigureAwait(false));
    }
}
