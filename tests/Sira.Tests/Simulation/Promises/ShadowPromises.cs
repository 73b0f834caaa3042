using Sira.Gateway.Ledger;

namespace Sira.Tests.Simulation.Promises;

/// <summary>Mirrored calls stand in the ledger under a route of their own, without a name. That callers do not notice them, see <see cref="ShadowTests"/>.</summary>
internal static class ShadowPromises
{
    public static IEnumerable<string> CheckLedger(World world)
    {
        var rows = world.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.All }).Where(LedgerPromises.IsShadow).ToList();
        var (attempts, cost) = (rows.Sum(static row => row.Attempts), rows.Sum(static row => row.Cost));
        var made = world.Shadows.Sum(static shadow => shadow.Decision?.Attempts.Count ?? 0);
        var paid = world.Shadows.Sum(static shadow => shadow.Decision?.Attempts.Sum(static attempt => attempt.Cost ?? 0) ?? 0);
        if (attempts != world.ShadowArrivals.Count || attempts != made || cost != paid)
        {
            yield return $"mirrored calls made {made} attempts for ${paid}, the ledger has {attempts} for ${cost}, providers saw {world.ShadowArrivals.Count}";
        }

        foreach (var row in rows.Where(row => row is not { Tenant: null, Team: null, User: null, Key: null } || !world.Description.Backends.Any(backend => backend.IsShadow && backend.Targets.Contains(row.Target))))
        {
            yield return $"a mirrored call is somebody's: {row}";
        }
    }
}
