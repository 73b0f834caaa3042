using Sira.Kernel.Resources;
using Sira.Simulation;

namespace Sira.Tests.Simulation;

/// <summary>No request, token or cent beyond a budget, and none that the budget does not know of.</summary>
internal static class Budgets
{
    private static readonly TimeSpan LongWindow = TimeSpan.FromHours(1);

    /// <summary>Checks at the instant of an attempt that what it reserved fitted: debt of earlier attempts refuses it.</summary>
    public static void CheckReservation(World world, CallerResult caller, Arrival arrival)
    {
        var isPriced = !arrival.Request.Model.StartsWith("mystery", StringComparison.Ordinal);
        foreach (var budget in caller.Settings!.BudgetsOf(caller.Plan))
        {
            if (budget.Kind == "money" && !isPriced)
            {
                continue;
            }

            if (!budget.TryGetPool(world.Pools, out var pool) || pool.Used > pool.Limit)
            {
                world.Violate("reservations never exceed a budget", $"{budget} stands at {pool?.Used} of {pool?.Limit} when caller {caller.Plan.Number} calls {arrival.Target}");
            }
        }
    }

    /// <summary>What budgets count is what requests were charged, to the last token and pico-dollar.</summary>
    public static IEnumerable<string> CheckUse(World world)
    {
        var charged = new Dictionary<WorldBudget, long>();
        foreach (var result in world.Results.Where(static result => result.Request is not null))
        {
            foreach (var budget in result.Settings!.BudgetsOf(result.Plan).Where(static budget => budget.Per > LongWindow))
            {
                // Another limit is still the same pool.
                var pool = budget with { Limit = 0, IsStrict = false };
                charged[pool] = charged.GetValueOrDefault(pool) + budget.Kind switch
                {
                    "money" => Money.ToPicoDollars(result.Request!.Cost),
                    "token" => result.Request!.Tokens,
                    _ => result.Request!.Attempts,
                };
            }
        }

        if (world.Clock.GetUtcNow() - World.Beginning > LongWindow)
        {
            yield break;
        }

        foreach (var (budget, amount) in charged)
        {
            var used = budget.TryGetPool(world.Pools, out var pool) ? pool.Used : 0;
            if (used != amount)
            {
                yield return $"{budget} counts {used}, but its requests were charged {amount}";
            }
        }
    }

    /// <summary>Where providers keep to what they are told, nothing is spent beyond a strict budget.</summary>
    /// <remarks>A lower limit that a reload brings is another matter.</remarks>
    public static IEnumerable<string> CheckStrict(World world)
    {
        if (!world.Description.IsObedient || world.Description.Reloads.Any(static reload => reload.IsValid))
        {
            yield break;
        }

        foreach (var budget in world.Results.Where(static result => result.Settings is not null).SelectMany(static result => result.Settings!.BudgetsOf(result.Plan)).Distinct())
        {
            if (budget.IsStrict && budget.TryGetPool(world.Pools, out var pool) && pool.Used + world.StrictExcess > pool.Limit)
            {
                yield return $"{budget}, which is strict, stands at {pool.Used} of {pool.Limit}";
            }
        }
    }

    /// <summary>No attempt began when its request had nothing left.</summary>
    public static IEnumerable<string> CheckRequests(World world)
    {
        foreach (var result in world.Results.Where(static result => result.Request is not null))
        {
            var (budget, most, caller) = (result.Budget(result.Settings!), result.MaximumAttempts(result.Settings!), $"caller {result.Plan.Number}");
            if (result.Request!.Attempts > Math.Min(most, budget.MaxAttempts ?? most))
            {
                yield return $"{caller} made {result.Request.Attempts} attempts of {most} and {budget.MaxAttempts}";
            }

            if (result.Decision is not { } decision)
            {
                continue;
            }

            // Rendered anew at each reading: without a list, none would be itself.
            var attempts = decision.Attempts;
            foreach (var attempt in attempts)
            {
                // What runs beside it is not billed yet.
                var before = attempts.Where(other => other.StartedAfter + other.Duration <= attempt.StartedAfter && !ReferenceEquals(other, attempt)).ToList();
                var tokens = before.Sum(static other => other.IsEstimated ? 0 : (other.Usage?.InputTokenCount ?? 0) + (other.Usage?.OutputTokenCount ?? 0));
                var cost = before.Sum(static other => other.Cost ?? 0);
                // A budget of money does not hide a target that policy allows without a price.
                if (tokens + decision.EstimatedInputTokens > budget.MaxTokens || (cost > budget.MaxCost && !attempt.Target.Contains("/mystery", StringComparison.Ordinal)))
                {
                    yield return $"{caller} began an attempt at {attempt.Target} after {tokens} tokens of {budget.MaxTokens} and ${cost} of {budget.MaxCost}";
                }
            }
        }
    }

    /// <summary>The decision's cost is the sum of its attempts, and what the request was charged.</summary>
    public static IEnumerable<string> CheckCosts(World world)
    {
        foreach (var result in world.Results.Where(static result => result.Decision is not null))
        {
            var (decision, request) = (result.Decision!, result.Request!);
            var sum = decision.Attempts.Aggregate((decimal?)0m, static (sum, attempt) => sum + attempt.Cost);
            if (decision.Cost != sum || request.Cost != decision.Attempts.Sum(static attempt => attempt.Cost ?? 0) || request.UnpricedCalls != decision.Attempts.Count(static attempt => attempt.Cost is null))
            {
                yield return $"caller {result.Plan.Number} paid {decision.Cost}, the sum of its attempts is {sum}, and it was charged {request.Cost} and {request.UnpricedCalls} unpriced calls. {decision}";
            }
        }
    }
}
