using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Kernel.Messaging;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>Reserves the worst case, and holds the output to what is reserved: as much as the caller asks for, the model gives and the budgets afford.</summary>
internal static class StrictAdmission
{
    /// <summary>With less output than this affordable the attempt is refused: the answer would be of no use, and its input paid for nothing.</summary>
    public const int LeastOutputTokens = 16;

    // Estimates are off, mostly by what providers add to a request; see docs/token-estimates.md. Half as much again covers the 90th percentile of most families,
    // and the constant what models put before every short request. Neither is a bound: docs/budgets.md says what follows.
    private const int MarginTokens = 256;

    // How often what others took meanwhile is followed before the least is asked for, which the pools then grant or refuse.
    private const int Tries = 16;

    public static bool IsNeeded(CallPool[] pools)
    {
        foreach (var pool in pools)
        {
            if (pool.Budget is { IsStrict: true, Kind: not RoutePoolKind.Requests })
            {
                return true;
            }
        }

        return false;
    }

    public static bool TryReserve(ResourceScheduler scheduler, CallPool[] pools, RouteTarget target, in RequestProfile profile, IMessageBus bus, out Reservation? reservation, out int? outputLimit, out ResourceRejection rejection)
    {
        var input = profile.InputTokens + (profile.InputTokens / 2) + MarginTokens;
        long most = target.Embeds ? 0 : Math.Min(profile.MaxOutputTokens ?? int.MaxValue, target.Model.MaxOutputTokens ?? int.MaxValue);
        var least = Math.Min(most, LeastOutputTokens);
        for (var tries = Tries; ; tries--)
        {
            var output = tries == 0 ? least : Math.Max(least, Affordable(pools, target, input, most));
            var amounts = new ReservationAmounts(profile.InputTokens, Math.Min(profile.OutputTokens, output), input, output);
            if (Admission.TryTake(scheduler, pools, target, amounts, bus, out reservation, out rejection))
            {
                outputLimit = target.Embeds || output == int.MaxValue ? null : (int)output;
                return true;
            }

            if (output == least || !IsStrict(pools, rejection.Pool))
            {
                outputLimit = null;
                return false;
            }
        }
    }

    private static long Affordable(CallPool[] pools, RouteTarget target, long input, long most)
    {
        foreach (var pool in pools)
        {
            if (pool.Budget.IsStrict)
            {
                var available = pool.Pool.Available;
                most = pool.Budget.Kind switch
                {
                    RoutePoolKind.Money => Math.Min(most, target.WorstPricesFor(input)?.OutputFor(available, input) ?? 0),
                    RoutePoolKind.Tokens => Math.Min(most, available - input),
                    _ => most,
                };
            }
        }

        return most;
    }

    private static bool IsStrict(CallPool[] pools, ResourcePool refused)
    {
        foreach (var pool in pools)
        {
            if (ReferenceEquals(pool.Pool, refused))
            {
                return pool.Budget.IsStrict;
            }
        }

        return true;
    }
}
