using System.Globalization;

namespace Sira.Tests.Simulation;

/// <summary>A limit of a target or of a backend. The same in all configurations of a world.</summary>
internal sealed record WorldLimit(string Target, int? Requests, int? Tokens, int? Concurrency, bool Adaptive, bool Throttle)
{
    public static WorldLimit Create(string target, WorldRandom random) => new(
        target,
        random.Chance(0.5) ? random.Between(2, 30) : null,
        random.Chance(0.3) ? random.Between(500, 20_000) : null,
        random.Chance(0.6) ? random.Between(1, 4) : null,
        random.Chance(0.2),
        random.Chance(0.2));

    public bool IsOfBackend => !Target.Contains('/', StringComparison.Ordinal);

    public bool Concerns(Arrival arrival) => arrival.Target == Target || arrival.Backend == Target;

    public void Write(SettingsDraft draft, int number)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"Limits:{number}:");
        draft.Set(path + "Target", Target);
        _ = Requests is { } requests ? draft.Set(path + "RequestsPerMinute", requests) : draft;
        _ = Tokens is { } tokens ? draft.Set(path + "TokensPerMinute", tokens) : draft;
        _ = Concurrency is { } concurrency ? draft.Set(path + "Concurrency", concurrency) : draft;
        _ = Adaptive || this is { Requests: null, Tokens: null, Concurrency: null, Throttle: false } ? draft.Set(path + "Adaptive", true) : draft;
        _ = Throttle ? draft.Set(path + "Throttle", true) : draft;
    }
}
