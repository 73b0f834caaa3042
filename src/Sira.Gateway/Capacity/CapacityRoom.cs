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
        var capacity = call.Route.Targets[index].Capacity;
        if (ReferenceEquals(capacity, TargetCapacity.Unlimited))
        {
            return true;
        }

        ref var fact = ref call.Decision.Facts[index];
        if (!TryReserve(call, index, out room))
        {
            fact.Full = DropReason.AtCapacity;
            return false;
        }

        // Last, since it counts whom it lets pass.
        if (!capacity.TryPassThrottles())
        {
            room?.Release();
            room = null;
            fact.Full = DropReason.Throttled;
            return false;
        }

        return true;
    }

    /// <summary>Finds a target that is only busy; -1 for none.</summary>
    public static int FindFull(GatewayCall call)
    {
        var facts = call.Decision.Facts;
        var full = -1;
        for (var i = 0; i < facts.Length; i++)
        {
            if (facts[i] is { IsOpenButFull: true, Full: DropReason.AtCapacity } && (full < 0 || facts[i].Score < facts[full].Score) && call.Route.Targets[i].CanEnter())
            {
                full = i;
            }
        }

        return full >= 0 || !Array.Exists(facts, static fact => fact.IsOpenButFull)
            ? full
            : throw Failures.HeldBack(call.Route, call.Decision, call.LastFailure);
    }

    /// <summary>Forgets who was full at the last attempt.</summary>
    public static void Forget(CandidateFact[] facts)
    {
        for (var i = 0; i < facts.Length; i++)
        {
            facts[i].Full = null;
        }
    }

    /// <summary>Waits for a place at a target.</summary>
    /// <exception cref="RequestFailedException">The route has no queue, it is full, or the wait is over.</exception>
    public static async ValueTask<Reservation> WaitAsync(GatewayCall call, int index, CancellationToken caller)
    {
        var queue = call.Route.State.Queue;
        var longest = call.Route.Queue.MaxWait - call.Decision.Queued;
        var wait = call.TimeLeft is { } left && left < longest ? left : longest;
        if (call.Route.Queue.MaxLength == 0 || wait <= TimeSpan.Zero)
        {
            throw Failures.AtCapacity(call.Route, call.Decision, call.LastFailure);
        }

        var result = await call.Services.Scheduler.ReserveAsync(Requests(call, index), queue, new QueueEntry(call.Request.Priority, wait), caller).ConfigureAwait(false);
        call.Decision.Queued += result.Waited;
        if (result.IsGranted)
        {
            Forget(call.Decision.Facts);
            return result.Reservation;
        }

        throw call.IsOver ? Failures.DeadlineExceeded(call.Decision, call.Budget.MaxDuration!.Value, call.LastFailure) : Failures.Queue(call.Route, call.Decision, result, call.LastFailure);
    }

    /// <summary>Gives a place back, with what was really used of it.</summary>
    public static void Settle(Reservation? room, CapacityPool[] pools, in Bill bill)
    {
        if (room is null)
        {
            return;
        }

        Span<long> actual = stackalloc long[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            actual[i] = pools[i].Kind is RoutePoolKind.Tokens ? bill.Tokens : 1;
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
        var attempt = services.Scheduler.ReserveAsync(requests, call.Route.State.Queue, new QueueEntry(call.Request.Priority, TimeSpan.Zero), CancellationToken.None);
        room = attempt.IsCompletedSuccessfully ? attempt.Result.Reservation : null;
        return room is not null;
    }

    private static ResourceRequest[] Requests(GatewayCall call, int index)
    {
        var pools = call.Route.Targets[index].Capacity.Pools;
        var requests = new ResourceRequest[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            requests[i] = new ResourceRequest(pools[i].Pool, pools[i].Kind is RoutePoolKind.Tokens ? call.Decision.Profile.InputTokens + call.Decision.Profile.OutputTokens : 1);
        }

        return requests;
    }
}
