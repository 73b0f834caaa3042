using System.Globalization;

namespace Sira.Tests.Simulation;

/// <summary>Dimensions of a route that take more than one key: rules, splits, budgets by identity.</summary>
internal static class PolicyDimensions
{
    private static readonly string[] Scopes = ["All", "Tenant", "Team", "User", "Key", "Tag"];

    public static void AddOwnRouting(SettingsDraft draft)
    {
        if (draft.Random.Chance(0.1))
        {
            RoutingDraw.Write(draft, "Routing:", RoutingDraw.Draw(draft.Random, draft.Targets));
        }
    }

    public static void AddRules(SettingsDraft draft)
    {
        for (var i = draft.Random.Chance(0.25) ? draft.Random.Between(1, 3) : 0; i > 0; i--)
        {
            var (condition, value) = draft.Random.Pick(("tenant", "acme"), ("team", "red,blue"), ("user", "*"), ("key", "k*"), ("tag:plan", "free"), ("feature:streaming", "true"), ("input-tokens", ">30"), ("input-tokens", "5..60"));
            var path = string.Create(CultureInfo.InvariantCulture, $"Rules:{i}:");
            draft.Set($"{path}When:{condition}", value);
            RoutingDraw.Write(draft, path + "Routing:", RoutingDraw.Draw(draft.Random, draft.Targets));
        }
    }

    public static void AddSplit(SettingsDraft draft)
    {
        if (!draft.Random.Chance(0.25))
        {
            return;
        }

        draft.Set("Split:StickyBy", draft.Random.Pick("None", "Conversation", "User", "Tenant"));
        for (var i = draft.Random.Between(1, 3); i > 0; i--)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"Split:Arms:{i}:");
            draft.Set(path + "Name", "arm-" + i.ToString(CultureInfo.InvariantCulture));
            draft.Set(path + "Percent", draft.Random.Between(0, 33));
            RoutingDraw.Write(draft, path + "Routing:", RoutingDraw.Draw(draft.Random, draft.Targets));
        }
    }

    /// <summary>Adds budgets, each of another scope: two of the same would be a mistake.</summary>
    /// <param name="window">The world's kind of window: another one makes another pool, in which calls under way do not end.</param>
    public static void AddBudgets(SettingsDraft draft, string window)
    {
        var number = 0;
        foreach (var scope in draft.Random.Chance(0.3) ? draft.Random.Some(Scopes, 1, 2) : [])
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"Budgets:{number++}:");
            draft.Set(path + "For", scope);
            _ = scope == "Tag" ? draft.Set(path + "Tag", "plan") : draft;
            _ = draft.Random.Pick(0, 1, 2) switch
            {
                0 => draft.Set(path + "Requests", draft.Random.Between(2, 30)),
                1 => draft.Set(path + "Tokens", draft.Random.Between(600, 20_000)),
                _ => draft.Set(path + "Usd", draft.Random.Between(1, 300) / 10_000m),
            };

            // One without a scope has another length, since the route may have a plain one.
            var per = scope == "All" ? "12h" : draft.Random.Chance(0.2) ? "20s" : "1d";
            draft.Set(path + "Per", per);
            draft.Set(path + "Window", window);
            draft.Set(path + "Strict", draft.Random.Chance(0.5));
            if (draft.Random.Chance(0.5))
            {
                draft.Set(path + "Thresholds", "0.3,0.9");
                if (draft.Random.Chance(0.7) && draft.Targets.Count > 0)
                {
                    RoutingDraw.Write(draft, path + "WhenReached:", RoutingDraw.Draw(draft.Random, draft.Targets));
                }
            }
        }
    }
}
