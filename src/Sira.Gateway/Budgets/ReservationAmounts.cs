using Sira.Gateway.Routing;

namespace Sira.Gateway.Budgets;

/// <summary>What an attempt reserves.</summary>
/// <param name="InputTokens">The input tokens, as estimated.</param>
/// <param name="OutputTokens">The output tokens to reckon with.</param>
/// <param name="MostInputTokens">The input tokens that strict budgets reckon with.</param>
/// <param name="MostOutputTokens">The output tokens that strict budgets reckon with: what the attempt is held to.</param>
internal readonly record struct ReservationAmounts(long InputTokens, long OutputTokens, long MostInputTokens, long MostOutputTokens)
{
    public long Of(RoutePool budget, RouteTarget target) => (budget.Kind, budget.IsStrict) switch
    {
        // An unknown price reserves nothing: policy has allowed the target, and a budget must not hide what it cannot count.
        (RoutePoolKind.Money, false) => target.EstimatePicoDollars(InputTokens, OutputTokens) ?? 0,
        (RoutePoolKind.Tokens, false) => InputTokens + OutputTokens,

        // A strict budget must not let pass what it cannot count.
        (RoutePoolKind.Money, true) => target.WorstPricesFor(MostInputTokens)?.CostOf(MostInputTokens, MostOutputTokens) ?? long.MaxValue,
        (RoutePoolKind.Tokens, true) => MostInputTokens + MostOutputTokens,
        _ => 1,
    };
}
