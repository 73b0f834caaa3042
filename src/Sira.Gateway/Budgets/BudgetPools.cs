using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>Makes the pools of budgets. They live in the kernel by name, so what has been spent survives a reload.</summary>
internal sealed class BudgetPools(ResourcePoolRegistry registry)
{
    public RoutePool[] Create(string owner, IEnumerable<BudgetOptions> budgets, string path, ConfigurationErrors errors)
    {
        var pools = new List<RoutePool>();
        foreach (var budget in budgets)
        {
            if (Check(budget, path, errors))
            {
                Add(pools, owner, budget);
            }
        }

        return [.. pools];
    }

    private static bool Check(BudgetOptions budget, string path, ConfigurationErrors errors)
    {
        var known = errors.Items.Count;
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

        if (budget.Per <= TimeSpan.Zero || budget.Per > TimeSpan.FromDays(366))
        {
            errors.Add(path, $"the budget's window of {DurationText.Write(budget.Per)} is impossible.", "Set Per above 0 and at most 366 days, such as 1h or 1d.");
        }

        return errors.Items.Count == known;
    }

    private void Add(List<RoutePool> pools, string owner, BudgetOptions budget)
    {
        if (budget.Usd is { } usd)
        {
            pools.Add(new RoutePool(RoutePoolKind.Money, Get("money", Money.ToPicoDollars(usd), ResourceUnit.UsDollars)));
        }

        if (budget.Tokens is { } tokens)
        {
            pools.Add(new RoutePool(RoutePoolKind.Tokens, Get("token", tokens, ResourceUnit.Tokens)));
        }

        if (budget.Requests is { } requests)
        {
            pools.Add(new RoutePool(RoutePoolKind.Requests, Get("request", requests, ResourceUnit.Requests)));
        }

        ResourcePool Get(string kind, long limit, ResourceUnit unit) =>
            registry.GetOrAdd($"{kind} budget of {owner} per {DurationText.Write(budget.Per)}", ResourcePoolDefinition.Sliding(limit, budget.Per, unit));
    }
}
