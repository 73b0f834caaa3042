namespace Sira.Tests.Simulation.Promises;

/// <summary>Who has a key keeps the arm as long as the configuration is the same.</summary>
internal static class SplitPromises
{
    public static IEnumerable<string> Check(World world) =>
        from result in world.Results
        where result is { Decision: not null, Settings: not null, Plan.Route: not null }
        let key = KeyOf(result)
        where key is not null
        group result by (WorldSettings.Path(result.Plan, string.Empty), result.Decision!.SnapshotVersion, key) into same
        let arms = same.Select(static result => result.Decision!.Variant).Distinct().ToList()
        where arms.Count > 1 || arms.Contains(null)
        select $"{same.Key} fell into the arms {string.Join(", ", arms)}";

    private static string? KeyOf(CallerResult result) => result.Settings!.Get(WorldSettings.Path(result.Plan, "Split:StickyBy")) switch
    {
        "Conversation" => result.Plan.AffinityKey,
        "User" => result.Plan.User,
        "Tenant" => result.Plan.Tenant,
        _ => null,
    };
}
