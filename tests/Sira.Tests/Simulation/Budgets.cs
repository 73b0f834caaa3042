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
        foreach (var (name, kind, _) in caller.Settings!.BudgetsOf(caller.Plan))
        {
            if (kind == "money" && !isPriced)
            {
                continue;
            }

            if (!world.Pools.TryGet(name, out var pool) || pool.Used > pool.Limit)
            {
                world.Violate("reservations never exceed a budget", $"{name} stands at {pool?.Used} of {pool?.Limit} when caller {caller.Plan.Number} calls {arrival.Target}");
            }
        }
    }

    /// <summary>What budgets count is what requests were charged, to the last token and pico-dollar.</summary>
    public static IEnumerable<string> CheckUse(World world)
    {
        foreach (var pool in world.Pools.Pools)
        {
            var charged = 0L;
            var payers = 0;
            foreach (var result in world.Results.Where(static result => result.Request is not null))
            {
                foreach (var (_, kind, _) in result.Settings!.BudgetsOf(result.Plan).Where(budget => budget.Pool == pool.Name))
                {
                    payers++;
                    charged += kind switch
                    {
                        "money" => Money.ToPicoDollars(result.Request!.Cost),
                        "token" => result.Request!.Tokens,
                        _ => result.Request!.Attempts,
                    };
                }
            }

            if (payers > 0 && world.Clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) < LongWindow && pool.Used != charged)
            {
                yield return $"{pool.Name} counts {pool.Used}, but its requests were charged {charged}";
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

            var (tokens, cost) = (0L, 0m);
            foreach (var attempt in decision.Attempts)
            {
                // A budget of money does not hide a target that policy allows without a price.
                if (tokens + decision.EstimatedInputTokens > budget.MaxTokens || (cost > budget.MaxCost && !attempt.Target.Contains("/mystery", StringComparison.Ordinal)))
                {
                    yield return $"{caller} began an attempt at {attempt.Target} after {tokens} tokens of {budget.MaxTokens} and ${cost} of {budget.MaxCost}";
                }

                tokens += attempt.IsEstimated ? 0 : (attempt.Usage?.InputTokenCount ?? 0) + (attempt.Usage?.OutputTokenCount ?? 0);
                cost += attempt.Cost ?? 0;
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
