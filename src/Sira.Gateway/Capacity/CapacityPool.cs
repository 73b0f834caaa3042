using Sira.Gateway.Attempts;
using Sira.Gateway.Budgets;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Capacity;

/// <summary>One pool of a target's limits.</summary>
/// <param name="Kind">What it counts; never money.</param>
/// <param name="Pool">The kernel's pool.</param>
internal readonly record struct CapacityPool(RoutePoolKind Kind, ResourcePool Pool)
{
    private static readonly ResourceUnit ExpectedTokens = new("expected tokens");

    /// <summary>Whether it limits nothing and only says how many tokens a call is about, by what the route's answers are like: limits reckon with the most, fair shares with what is likely.</summary>
    public bool IsForSharing => Pool.Unit == ExpectedTokens;

    /// <summary>Makes a pool by whose tokens room is shared.</summary>
    /// <param name="target">The target's name.</param>
    public static CapacityPool ForSharing(string target) => new(RoutePoolKind.Tokens, new ConcurrencyPool($"tokens in flight at {target}", long.MaxValue, ExpectedTokens));

    /// <summary>What a unit of a pool counts for where room is shared.</summary>
    /// <param name="pool">The pool.</param>
    public static double WeightOf(ResourcePool pool) => pool.Unit == ExpectedTokens ? 1 : 0;

    /// <summary>What a call reserves here.</summary>
    /// <param name="call">The call.</param>
    public long AmountOf(GatewayCall call)
    {
        if (Kind is not RoutePoolKind.Tokens)
        {
            return 1;
        }

        var profile = call.Decision.Profile;
        if (!IsForSharing)
        {
            return profile.InputTokens + profile.OutputTokens;
        }

        var expected = (long)call.Route.Mix.Expect(profile.InputTokens, profile.OutputTokens);
        return profile.InputTokens + (profile.MaxOutputTokens is { } most ? Math.Min(most, expected) : expected);
    }
}
