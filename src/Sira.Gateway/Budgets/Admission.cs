using System.Runtime.CompilerServices;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>The one place where shared budgets are reserved before a call and settled after it.</summary>
internal static class Admission
{
    public static bool TryReserve(ResourceScheduler scheduler, RoutePool[] pools, RouteTarget target, in RequestProfile profile, out Reservation? reservation, out ResourceRejection rejection)
    {
        reservation = null;
        rejection = default;
        if (pools.Length == 0)
        {
            return true;
        }

        var onStack = default(FewRequests);
        var requests = pools.Length <= FewRequests.Length ? onStack[..pools.Length] : new ResourceRequest[pools.Length];
        Fill(requests, pools, target, profile);
        return scheduler.TryReserve(requests, out reservation, out rejection);
    }

    /// <summary>Says what a call asks of each pool.</summary>
    public static void Fill(Span<ResourceRequest> requests, RoutePool[] pools, RouteTarget target, in RequestProfile profile)
    {
        for (var i = 0; i < pools.Length; i++)
        {
            requests[i] = new ResourceRequest(pools[i].Pool, pools[i].Kind switch
            {
                // An unknown price reserves nothing: policy has allowed the target, and a budget must not hide what it cannot count.
                RoutePoolKind.Money => target.EstimatePicoDollars(profile.InputTokens, profile.OutputTokens) ?? 0,
                RoutePoolKind.Tokens => profile.InputTokens + profile.OutputTokens,
                _ => 1,
            });
        }
    }

    public static void Settle(Reservation? reservation, RoutePool[] pools, in Bill bill)
    {
        if (reservation is null)
        {
            return;
        }

        Span<long> actual = stackalloc long[pools.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            actual[i] = pools[i].Kind switch
            {
                RoutePoolKind.Money => bill.PicoDollars ?? 0,
                RoutePoolKind.Tokens => bill.Tokens,
                _ => 1,
            };
        }

        reservation.Settle(actual);
    }

    // Room on the stack for a money, a token and a request budget of the route and as many that all routes share.
    [InlineArray(Length)]
    private struct FewRequests
    {
        public const int Length = 6;

        private ResourceRequest first;
    }
}
