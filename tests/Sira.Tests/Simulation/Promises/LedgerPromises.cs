using Sira.Gateway.Ledger;

namespace Sira.Tests.Simulation.Promises;

/// <summary>The ledger has every attempt once, under the name of whoever made it.</summary>
internal static class LedgerPromises
{
    public static bool IsShadow(LedgerRow row) => row.Route!.EndsWith(".shadow", StringComparison.Ordinal);

    public static IEnumerable<string> CheckSums(World world)
    {
        var entered = world.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.All }).Where(static row => !IsShadow(row))
            .GroupBy(static row => (row.Tenant, row.Team, row.User, row.Key))
            .ToDictionary(static group => group.Key, static group => (group.Sum(static row => row.Attempts), group.Sum(static row => row.TotalTokens), group.Sum(static row => row.Cost), group.Sum(static row => row.UnpricedAttempts)));
        var charged = world.Results.Where(static result => result.Request is { Attempts: > 0 })
            .GroupBy(static result => (result.Plan.Tenant, result.Plan.Team, result.Plan.User, result.Plan.Key), static result => result.Request!)
            .ToDictionary(static group => group.Key, static group => (group.Sum(static request => (long)request.Attempts), group.Sum(static request => request.Tokens), group.Sum(static request => request.Cost), group.Sum(static request => (long)request.UnpricedCalls)));
        foreach (var who in entered.Keys.Union(charged.Keys).Where(who => entered.GetValueOrDefault(who) != charged.GetValueOrDefault(who)))
        {
            yield return $"the ledger has {entered.GetValueOrDefault(who)} for {who}, who was charged {charged.GetValueOrDefault(who)} (attempts, tokens, dollars, unpriced)";
        }

        foreach (var row in world.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Route }).Where(static row => !IsShadow(row)))
        {
            var made = world.Results.Where(result => result.Plan.Route == row.Route).Sum(static result => result.Request?.Attempts ?? 0);
            if (world.Description.Routes.Contains(row.Route) && made != row.Attempts)
            {
                yield return $"the ledger has {row.Attempts} attempts of the route {row.Route}, callers made {made}";
            }
        }
    }

    public static IEnumerable<string> CheckProviders(World world)
    {
        // Of attempts whose caller has gone there is no decision to tell what reached the provider.
        var isKnown = world.Results.All(static result => result.Decision is not null || result.Request is not { Attempts: > 0 });
        foreach (var row in world.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Target }))
        {
            var arrivals = world.Arrivals.Concat(world.ShadowArrivals).Where(arrival => arrival.Target == row.Target).ToList();
            var attempts = world.Results.SelectMany(static result => result.Decision?.Attempts ?? []).Concat(world.Shadows.SelectMany(static shadow => shadow.Decision?.Attempts ?? [])).Where(attempt => attempt.Target == row.Target).ToList();
            var input = attempts.Sum(static attempt => attempt.Usage?.InputTokenCount ?? 0);
            var output = attempts.Sum(static attempt => attempt.Usage?.OutputTokenCount ?? 0);
            var answered = attempts.Where(static attempt => attempt.Error is null).Sum(static attempt => attempt.Usage?.InputTokenCount ?? 0);
            if (row.Attempts < arrivals.Count || row.InputTokens < input || row.OutputTokens < output || arrivals.Sum(static arrival => (long)arrival.InputTokens) < answered
                || (isKnown && (row.Attempts != arrivals.Count || row.InputTokens != input || row.OutputTokens != output)))
            {
                yield return $"the ledger has {row.Attempts} attempts at {row.Target} of {row.InputTokens}/{row.OutputTokens} tokens, the provider saw {arrivals.Count}, and reported {input}/{output}";
            }
        }
    }
}
