using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>Checks what is said of budgets and of unknown prices.</summary>
internal static class BudgetValidator
{
    public static bool Check(BudgetOptions budget, string path, ConfigurationErrors errors)
    {
        var known = errors.Items.Count;
        CheckLimits(budget, path, errors);
        if (budget.Window is not BudgetWindow.CalendarMonth && (budget.Per <= TimeSpan.Zero || budget.Per > TimeSpan.FromDays(366)))
        {
            errors.Add(path, $"the budget's window of {DurationText.Write(budget.Per)} is impossible.", "Set Per above 0 and at most 366 days, such as 1h or 1d.");
        }

        if ((budget.For is BudgetScope.Tag) == string.IsNullOrWhiteSpace(budget.Tag))
        {
            errors.Add(path, budget.Tag is null ? "the budget counts by tag, but does not say by which." : $"the tag '{budget.Tag}' is named, but the budget does not count by tag.", "Set For to Tag and Tag to its name, or neither.");
        }

        if (budget.Match is not null && (budget.For is BudgetScope.All || string.IsNullOrWhiteSpace(budget.Match)))
        {
            errors.Add(path, $"the value '{budget.Match}' to match is not that of anything.", "Set For to what has this value, such as Tenant, or leave Match out.");
        }

        foreach (var share in budget.Thresholds.Where(static share => !(share > 0 && share <= 1)))
        {
            errors.Add(path, FormattableString.Invariant($"the threshold {share} is no share of a budget."), "Write a number above 0 and at most 1, such as 0.8.");
        }

        if (budget.WhenReached is not null && budget.Thresholds.Count == 0)
        {
            errors.Add(path, "WhenReached is set without a threshold to reach.", "Set Thresholds, such as 0.8; the first of them counts.");
        }

        return errors.Items.Count == known;
    }

    /// <summary>Checks what is done about unknown prices, on a route or for all.</summary>
    public static void CheckUnknownPrice(UnknownPricePolicy? policy, UnknownPriceEstimate? estimate, string path, ConfigurationErrors errors)
    {
        if ((policy is UnknownPricePolicy.Estimate) == (estimate is null))
        {
            errors.Add(path + ":UnknownPrice", estimate is null ? "prices are to be estimated, but no estimate is set." : "an estimate of unknown prices is set, but not used.", "Set UnknownPrice to Estimate and UnknownPriceEstimate to the dollars per million tokens of Input and Output.");
        }

        if (estimate is not null && !(IsPrice(estimate.Input) && IsPrice(estimate.Output)))
        {
            errors.Add(path + ":UnknownPriceEstimate", FormattableString.Invariant($"the prices {estimate.Input} and {estimate.Output} are impossible."), "Set Input and Output to dollars per million tokens, each above 0 and at most 1000000: an unknown price is never zero.");
        }

        static bool IsPrice(decimal price) => price is > 0 and <= 1_000_000;
    }

    private static void CheckLimits(BudgetOptions budget, string path, ConfigurationErrors errors)
    {
        if (budget is { Usd: null, Tokens: null, Requests: null })
        {
            errors.Add(path, "a budget limits nothing.", "Set Usd, Tokens or Requests.");
        }

        if (budget.Usd is { } usd && (usd <= 0 || usd > Money.MaxUsd))
        {
            errors.Add(path, $"the budget of {usd} US dollars is impossible.", $"Set Usd above 0 and at most {Money.MaxUsd}; to forbid a target, remove it from the route.");
        }

        if (budget.Tokens <= 0)
        {
            errors.Add(path, $"the budget of {budget.Tokens} tokens is impossible.", "Set Tokens above 0.");
        }

        if (budget.Requests <= 0)
        {
            errors.Add(path, $"the budget of {budget.Requests} requests is impossible.", "Set Requests above 0.");
        }
    }
}
