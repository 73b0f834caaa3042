using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Kernel.Admission;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Capacity;

/// <summary>Takes a call's place at a target that has limits, and waits for one in the route's queue when all targets are full.</summary>
internal static class CapacityRoom
{
    /// <summary>Takes a place now, and notes on the candidate when there is none.</summary>
    public static bool TryTake(GatewayCall call, int index, out Reservation? room)
    {
        room = null;
        if (ReferenceEquals(call.Route.Targets[index].Capacity, TargetCapacity.Unlimited) || TryReserve(call, index, out room))
        {
            return true;
        }

        call.Decision.Facts[index].Full = DropReason.AtCapacity;
        return false;
    }

    /// <summary>Asks whether a call may be made in spite of an overload, counts it, and notes on the candidate when it may not.</summary>
    /// <remarks>Asked when nothing else is in the way: a call that limits or budgets on this side refuse would count as one that the target did not take, and hold back those that it would.</remarks>
    public static bool TryPassThrottles(GatewayCall call, int index)
    {
        if (call.Route.Targets[index].Capacity.TryPassThrottles())
        {
            return true;
        }

        call.Decision.Facts[index].Full = DropReason.Throttled;
        return false;
    }

    /// <summary>Finds the full targets to wait for, the preferred first; none if there is nothing to wait for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="hasLastResort">Whether a target behind an open breaker could be tried instead.</param>
    /// <param name="bypassBreaker">Whether the targets found are behind open breakers themselves: every target is, and those that have room were tried.</param>
    /// <exception cref="RequestFailedException">The targets that are in order hold calls back.</exception>
    public static int[] FindFull(GatewayCall call, bool hasLastResort, out bool bypassBreaker)
    {
        bypassBreaker = false;
        var facts = call.Decision.Facts;
        var (full, broken, isHeldBack, isAnyHeldBack) = (new List<int>(), new List<int>(), false, false);
        for (var i = 0; i < facts.Length; i++)
        {
            if (!facts[i].IsOpenButFull)
            {
                continue;
            }

            var isInOrder = call.Route.Targets[i].CanEnter();
            if (facts[i].Full is DropReason.Throttled)
            {
                isHeldBack |= isInOrder;
                isAnyHeldBack = true;
                continue;
            }

            (isInOrder ? full : broken).Add(i);
        }

        if (full.Count == 0 && (isHeldBack || (isAnyHeldBack && broken.Count == 0 && !hasLastResort)))
        {
            throw Failures.HeldBack(call.Route, call.Decision, call.LastFailure);
        }

        bypassBreaker = full.Count == 0 && broken.Count > 0 && !hasLastResort;
        var found = bypassBreaker ? broken : full;
        return [.. found.OrderBy(index => facts[index].Score)];
    }

    /// <summary>Forgets who was full at the last attempt.</summary>
    public static void Forget(CandidateFact[] facts)
    {
        for (var i = 0; i < facts.Length; i++)
        {
            facts[i].Full = null;
        }
    }

    /// <summary>Waits for a place at one of the targets, whichever has room first.</summary>
    /// <returns>The target's index and the place.</returns>
    /// <exception cref="RequestFailedException">The route has no queue, it is full, or the wait is over.</exception>
    public static async ValueTask<(int Index, Reservation Room)> WaitAsync(GatewayCall call, int[] full, CancellationToken caller)
    {
        var longest = call.Route.Queue.MaxWait - call.Decision.Queued;
        var wait = call.TimeLeft is { } left && left < longest ? left : longest;
        if (call.Route.Queue.MaxLength == 0 || wait <= TimeSpan.Zero)
        {
            throw Failures.AtCapacity(call.Route, call.Decision, call.LastFailure);
        }

        var sets = Array.ConvertAll(full, index => Requests(call, index));
        var result = await call.Services.Scheduler.ReserveAnyAsync(sets, call.Route.State.Queue, Entry(call, wait), caller).ConfigureAwait(false);
        call.Decision.Queued += result.Waited;
        if (result.IsGranted)
        {
            Forget(call.Decision.Facts);
            return (full[result.Alternative], result.Reservation);
        }

        throw call.IsOver ? Failures.DeadlineExceeded(call.Decision, call.Budget.MaxDuration!.Value, call.LastFailure) : Failures.Queue(call.Route, call.Decision, result, call.LastFailure);
    }

    /// <summary>Gives a place back, with what was really used of it.</summary>
    public static void Settle(Reservation? room, CapacityPool[] pools, long tokens)
    {
        if (room is null)
        {
            return;
        }

        Span<long> actual = stackalloc long[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            actual[i] = pools[i].Kind is RoutePoolKind.Tokens ? tokens : 1;
        }

        room.Settle(actual);
    }

    private static bool TryReserve(GatewayCall call, int index, out Reservation? room)
    {
        var services = call.Services;
        var requests = Requests(call, index);
        if (call.Route.Queue.MaxLength == 0)
        {
            return services.Scheduler.TryReserve(requests, out room!, out _);
        }

        // Not past those who wait already.
        var attempt = services.Scheduler.ReserveAsync(requests, call.Route.State.Queue, Entry(call, TimeSpan.Zero), CancellationToken.None);
        room = attempt.IsCompletedSuccessfully ? attempt.Result.Reservation : null;
        return room is not null;
    }

    private static QueueEntry Entry(GatewayCall call, TimeSpan wait)
    {
        var share = call.Route.Queue.FairShare;
        if (share.By is BudgetScope.All)
        {
            return new QueueEntry(call.Request.Priority, wait);
        }

        var name = BudgetKey.ValueOf(share.By, call.Request, share.Tag);
        return new QueueEntry(call.Request.Priority, wait, BudgetKey.Of(name), name is not null && share.Weights.TryGetValue(name, out var weight) ? weight : 1);
    }

    private static ResourceRequest[] Requests(GatewayCall call, int index)
    {
        var pools = call.Route.Targets[index].Capacity.Pools;
        var requests = new ResourceRequest[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            requests[i] = new ResourceRequest(pools[i].Pool, pools[i].AmountOf(call));
        }

        return requests;
    }
}
