using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>Draws routing options, for a route, a rule, an arm or a request.</summary>
internal static class RoutingDraw
{
    public static readonly string[] Strategies =
    [
        "ordered", "weighted", "lowest-cost", "lowest-latency", "balanced", "most-headroom", "highest-quality", "least-busy",
        "p2c", "round-robin", "least-loaded", "consistent-hash", "bounded-consistent-hash",
    ];

    public static readonly string[] Balancers = ["p2c", "weighted", "round-robin", "least-loaded", "consistent-hash", "bounded-consistent-hash", "ordered"];

    public static readonly StreamRecovery[] Recoveries = [StreamRecovery.ResumeVerified, StreamRecovery.Continue, StreamRecovery.Restart, StreamRecovery.Hold];

    /// <summary>Draws at least one option.</summary>
    public static RoutingOptions Draw(WorldRandom random, IReadOnlyList<string> targets)
    {
        string[] names = [.. targets, .. targets.Select(static target => target[..target.IndexOf('/', StringComparison.Ordinal)]).Distinct()];
        var options = new RoutingOptions
        {
            Strategy = random.Chance(0.2) ? random.Pick(Strategies) : null,
            Balancer = random.Chance(0.2) ? random.Pick(Balancers) : null,
            Only = random.Chance(0.1) ? random.Some(names, 1, 3) : null,
            Ignore = random.Chance(0.15) ? random.Some(names, 1, 1) : null,
            Prefer = random.Chance(0.3) ? random.Some(names, 1, 3) : null,
            MaxInputPrice = random.Chance(0.1) ? random.Between(1, 20) / 10m : null,
            MaxOutputPrice = random.Chance(0.1) ? random.Between(1, 60) / 10m : null,
            RequireParameters = random.Chance(0.1) ? random.Chance(0.5) : null,
            AllowFallbacks = random.Chance(0.1) ? random.Chance(0.5) : null,
            StreamRecovery = random.Chance(0.2) ? random.Some(Recoveries, 1, 4) : null,
        };
        return options with { Hedge = random.Chance(0.3) || options == new RoutingOptions() ? random.Chance(0.7) : null };
    }

    public static void Write(SettingsDraft draft, string path, RoutingOptions options)
    {
        Set("Strategy", options.Strategy);
        Set("Balancer", options.Balancer);
        Set("Only", Join(options.Only));
        Set("Ignore", Join(options.Ignore));
        Set("Prefer", Join(options.Prefer));
        Set("MaxInputPrice", options.MaxInputPrice);
        Set("MaxOutputPrice", options.MaxOutputPrice);
        Set("RequireParameters", options.RequireParameters);
        Set("AllowFallbacks", options.AllowFallbacks);
        Set("Hedge", options.Hedge);
        Set("StreamRecovery", Join(options.StreamRecovery));

        void Set(string key, object? value) => _ = value is null ? draft : draft.Set(path + key, value);
    }

    private static string? Join<T>(IReadOnlyList<T>? items) => items is null ? null : string.Join(',', items);
}
