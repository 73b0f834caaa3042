using Sira.Tests.Failover.Scenarios;

namespace Sira.Tests.Failover;

/// <summary>All sixteen.</summary>
internal static class ScenarioList
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new RateLimitedOnce(), new RateLimitedForEver(), new ServerErrorOnce(), new UnavailableForEver(), new ConnectionResetBeforeHeaders(), new NeverAnswered(), new SlowFirstToken(), new CutStream(),
        new SilentStream(), new UndecodableEvent(), new MissingTerminator(), new ContextLengthExceeded(), new ContentFiltered(), new PrefillRefused(), new PrimaryDownForAMinute(), new FallbackNamed(),
    ];

    public static Scenario Of(int number) => All.Single(scenario => scenario.Number == number);
}
