using System.Runtime.CompilerServices;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Messaging;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>The one place where shared budgets are reserved before an attempt and settled after it.</summary>
internal static class Admission
{
    /// <summary>Reserves from all pools or from none.</summary>
    /// <param name="scheduler">The kernel's scheduler.</param>
    /// <param name="pools">The call's pools.</param>
    /// <param name="target">The target.</param>
    /// <param name="profile">What the request needs.</param>
    /// <param name="bus">Where thresholds are told.</param>
    /// <param name="reservation">What is then held; <see langword="null"/> where nothing is limited.</param>
    /// <param name="outputLimit">The output tokens that a strict budget holds the attempt to; <see langword="null"/> without one.</param>
    /// <param name="rejection">Otherwise, which pool refused and why.</param>
    /// <returns>Whether everything was reserved.</returns>
    public static bool TryReserve(ResourceScheduler scheduler, CallPool[] pools, RouteTarget target, in RequestProfile profile, IMessageBus bus, out Reservation? reservation, out int? outputLimit, out ResourceRejection rejection)
    {
        (reservation, outputLimit, rejection) = (null, null, default);
        if (pools.Length == 0)
        {
            return true;
        }

        return StrictAdmission.IsNeeded(pools)
            ? StrictAdmission.TryReserve(scheduler, pools, target, profile, bus, out reservation, out outputLimit, out rejection)
            : TryTake(scheduler, pools, target, new ReservationAmounts(profile.InputTokens, profile.OutputTokens, profile.InputTokens, profile.OutputTokens), bus, out reservation, out rejection);
    }

    public static bool TryTake(ResourceScheduler scheduler, CallPool[] pools, RouteTarget target, in ReservationAmounts amounts, IMessageBus bus, out Reservation? reservation, out ResourceRejection rejection)
    {
        var onStack = default(FewRequests);
        var requests = pools.Length <= FewRequests.Length ? onStack[..pools.Length] : new ResourceRequest[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            requests[i] = new ResourceRequest(pools[i].Pool, amounts.Of(pools[i].Budget, target));
            pools[i].Watch?.Begin(requests[i].Amount);
        }

        if (scheduler.TryReserve(requests, out reservation, out rejection))
        {
            Follow(pools, reservation);
            return true;
        }

        reservation = null;
        for (var i = 0; i < pools.Length; i++)
        {
            EndHold(pools[i], requests[i].Amount, bus);
        }

        return false;
    }

    /// <summary>Replaces what was reserved by what is billed, and tells the thresholds that it reaches.</summary>
    public static void Settle(Reservation? reservation, CallPool[] pools, in Bill bill, IMessageBus bus)
    {
        if (reservation is null)
        {
            return;
        }

        Span<long> actual = stackalloc long[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            actual[i] = pools[i].Budget.Kind switch
            {
                RoutePoolKind.Money => bill.PicoDollars ?? 0,
                RoutePoolKind.Tokens => bill.Tokens,
                _ => 1,
            };
        }

        reservation.Settle(actual);
        End(reservation, pools, bus);
    }

    /// <summary>Gives back what was reserved for an attempt that is not made.</summary>
    public static void Release(Reservation? reservation, CallPool[] pools, IMessageBus bus)
    {
        if (reservation is not null)
        {
            reservation.Release();
            End(reservation, pools, bus);
        }
    }

    private static void End(Reservation reservation, CallPool[] pools, IMessageBus bus)
    {
        for (var i = 0; i < pools.Length; i++)
        {
            EndHold(pools[i], reservation.Held[i].Amount, bus);
        }
    }

    private static void EndHold(in CallPool pool, long amount, IMessageBus bus)
    {
        if (pool.Watch is { } watch)
        {
            watch.End(amount);
            watch.Update(pool, bus);
        }
    }

    // An idle pool that its family let go between the lookup and now has a successor, from which was reserved. Only a call's own pools are of a family.
    private static void Follow(CallPool[] pools, Reservation reservation)
    {
        var held = reservation.Held;
        for (var i = 0; i < pools.Length; i++)
        {
            if (!ReferenceEquals(held[i].Pool, pools[i].Pool))
            {
                pools[i].Watch?.End(held[i].Amount);
                pools[i] = pools[i].Budget.With(held[i].Pool, pools[i].Value);
                pools[i].Watch?.Begin(held[i].Amount);
            }
        }
    }

    // Room on the stack for a money, a token and a request budget of the route and as many that all routes share.
    [InlineArray(Length)]
    private struct FewRequests
    {
        public const int Length = 6;

        private ResourceRequest first;
    }
}
