using Sira.Requests;
using Sira.Simulation.Faults;

namespace Sira.Tests.Simulation;

/// <summary>
/// Everything that worlds differ in. A new policy of the gateway takes part in the simulation by one line here: keys of a route in <see cref="Route"/>,
/// keys of the whole section in <see cref="Gateway"/>, a fault in <see cref="Faults"/>, what a caller may ask for in <see cref="Caller"/>.
/// </summary>
internal static class WorldDimensions
{
    /// <summary>Keys under <c>Sira:Routes:{name}</c>. Drawn anew at each reload.</summary>
    public static readonly Action<SettingsDraft>[] Route =
    [
        draft => draft.Maybe(0.8, "Strategy", random => random.Pick(RoutingDraw.Strategies)),
        draft => draft.Maybe(0.7, "Balancer", random => random.Pick(RoutingDraw.Balancers)),
        draft => draft.Maybe(0.5, "Retry:MaxRetriesPerTarget", random => random.Between(0, 3)),
        draft => draft.Maybe(0.7, "Retry:MaxAttempts", random => random.Between(1, 7)),
        draft => draft.Maybe(0.5, "Retry:BaseDelay", random => random.Milliseconds(1, 2_000)),
        draft => draft.Maybe(0.5, "Retry:MaxDelay", random => random.Milliseconds(2_000, 20_000)),
        draft => draft.Maybe(0.4, "Timeouts:Headers", random => random.Milliseconds(1_500, 8_000)),
        draft => draft.Maybe(0.5, "Timeouts:FirstToken", random => random.Milliseconds(2_000, 12_000)),
        draft => draft.Maybe(0.5, "Timeouts:Idle", random => random.Milliseconds(1_000, 8_000)),
        draft => draft.Maybe(0.3, "Timeouts:Total", random => random.Milliseconds(15_000, 40_000)),
        draft => draft.Maybe(0.4, "Timeouts:Unary", random => random.Milliseconds(4_000, 20_000)),
        draft => draft.Maybe(0.2, "Budget:Requests", random => random.Between(1, 40)),
        draft => draft.Maybe(0.2, "Budget:Tokens", random => random.Between(500, 30_000)),
        draft => draft.Maybe(0.2, "Budget:Usd", random => random.Between(1, 400) / 10_000m),
        draft => draft.Maybe(0.2, "Request:MaxAttempts", random => random.Between(1, 5)),
        draft => draft.Maybe(0.2, "Request:MaxTokens", random => random.Between(20, 4_000)),
        draft => draft.Maybe(0.2, "Request:MaxUsd", random => random.Between(1, 100) / 10_000m),
        draft => draft.Maybe(0.2, "Request:MaxDuration", random => random.Milliseconds(500, 20_000)),
        draft => draft.Maybe(0.3, "StreamRecovery", random => string.Join(',', random.Some(["ResumeVerified", "Continue", "Restart", "Hold"], 1, 4))),
        draft => draft.Maybe(0.3, "MaxBreakerWait", random => random.Milliseconds(0, 20_000)),
        draft => draft.Maybe(0.2, "FallBackOnContentPolicy", random => random.Chance(0.5)),
        draft => draft.Maybe(0.2, "UnsupportedOptions", random => random.Pick("Reject", "Drop")),
        draft => draft.Maybe(0.2, "UnknownPrice", random => random.Pick("Allow", "Deny")),
        draft => draft.Maybe(0.3, "Retry:Budget:RetryRatio", random => random.Between(0, 50) / 100m),
        draft => draft.Maybe(0.3, "Retry:Budget:MinimumRetriesPerSecond", random => random.Between(0, 20) / 10m),
        draft => draft.Maybe(0.4, "Hedging:Enabled", random => random.Chance(0.9)),
        draft => draft.Maybe(0.4, "Hedging:Delay", random => random.Milliseconds(1, 1_500)),
        draft => draft.Maybe(0.4, "Hedging:MaxDelay", random => random.Milliseconds(200, 3_000)),
        draft => draft.Maybe(0.5, "Queue:MaxLength", random => random.Between(0, 10)),
        draft => draft.Maybe(0.5, "Queue:MaxWait", random => random.Milliseconds(100, 40_000)),
        draft => draft.Maybe(0.3, "Queue:Ageing", random => random.Milliseconds(50, 5_000)),
        draft => draft.Maybe(0.3, "Queue:FairShare:By", random => random.Pick("All", "Tenant", "User")),
        draft => draft.Maybe(0.3, "Affinity", random => random.Pick("None", "Conversation", "User", "Tenant", "PromptPrefix")),
        draft => draft.Maybe(0.2, "PromptCaching", random => random.Pick("Off", "Auto")),
        draft => draft.Maybe(draft.IsEmbedding ? 0 : 0.3, "StaticAnswer", random => random.Pick("Nobody can answer now.", "Please try again later.")),
        draft => draft.Maybe(draft.Shadows.Count == 0 ? 0 : 0.5, "Shadow:Targets", random => string.Join(',', random.Some(draft.Shadows, 1, 2))),
        draft => draft.Maybe(0.5, "Shadow:Percent", random => random.Between(0, 100)),
        draft => draft.Maybe(0.3, "Shadow:MaxConcurrency", random => random.Between(1, 4)),
        PolicyDimensions.AddOwnRouting,
        PolicyDimensions.AddRules,
        PolicyDimensions.AddSplit,
    ];

    /// <summary>Keys under <c>Sira</c>. Drawn anew at each reload.</summary>
    public static readonly Action<SettingsDraft>[] Gateway =
    [
        draft => draft.Maybe(0.15, "Budget:Requests", random => random.Between(5, 80)),
        draft => draft.Maybe(0.15, "Budget:Usd", random => random.Between(1, 1_000) / 10_000m),
        draft => draft.Maybe(0.7, "Breaker:ConsecutiveFailures", random => random.Between(1, 5)),
        draft => draft.Maybe(0.5, "Breaker:MinimumThroughput", random => random.Between(2, 20)),
        draft => draft.Maybe(0.7, "Breaker:BreakDuration", random => random.Milliseconds(500, 30_000)),
        draft => draft.Maybe(0.3, "Breaker:SlowStart", random => random.Milliseconds(1_000, 20_000)),
        draft => draft.Maybe(0.3, "ProviderBreaker:ConsecutiveFailures", random => random.Between(1, 5)),
        draft => draft.Maybe(0.7, "MaxHedgeShare", random => random.Pick(0m, 0.05m, 0.5m, 1m)),
    ];

    /// <summary>What goes wrong at a provider's own fault.</summary>
    public static readonly Func<WorldRandom, Fault>[] Faults =
    [
        _ => Fault.RateLimited(),
        random => Fault.RateLimited(random.Milliseconds(1_000, 30_000)),
        _ => Fault.QuotaExhausted(),
        _ => Fault.ServerError(),
        random => Fault.Unavailable(random.Chance(0.5) ? random.Milliseconds(500, 20_000) : null),
        _ => Fault.Overloaded(),
        _ => Fault.Unauthorized(),
        _ => Fault.PaymentRequired(),
        _ => Fault.Forbidden(),
        _ => Fault.ModelNotFound(),
        random => Fault.Status(random.Pick(302, 404, 408, 409, 413, 422, 425, 500, 502, 504, 529)),
        random => Fault.Html(random.Pick(200, 502)),
        _ => Fault.EmptyBody(),
        _ => Fault.ErrorInsideOk(),
        _ => Fault.TruncatedJson(),
        _ => Fault.ConnectionReset(),
        _ => Fault.ConnectionRefused(),
        _ => Fault.NeverAnswers(),
        random => Fault.SlowHeaders(random.Milliseconds(1_000, 30_000)),
        random => Fault.SlowFirstToken(random.Milliseconds(1_000, 30_000)),
        random => Fault.SlowTokens(random.Milliseconds(100, 5_000)),
        random => Fault.CutAfter(random.Between(0, 12)),
        random => Fault.ResetAfter(random.Between(0, 12)),
        random => Fault.StallAfter(random.Between(0, 12)),
        random => Fault.ErrorEventAfter(random.Between(0, 12)),
        random => Fault.MalformedEventAt(random.Between(1, 12)),
        _ => Fault.MissingDone(),
        _ => Fault.MissingFinishReason(),
        random => Fault.CommentLines(random.Between(1, 100)),
        random => Fault.SmallPieces(random.Between(1, 30)),
    ];

    /// <summary>What goes wrong by the caller's own fault: it must never be held against a target.</summary>
    public static readonly Func<WorldRandom, Fault>[] Mistakes =
    [
        _ => Fault.BadRequest("Invalid value."),
        _ => Fault.ContextLengthExceeded(),
        _ => Fault.ContentFiltered(),
    ];

    /// <summary>What a caller may ask for.</summary>
    public static readonly Action<CallerPlan, WorldRandom>[] Caller =
    [
        (plan, random) => plan.MaxOutputTokens = random.Chance(0.4) ? random.Between(4, 60) : null,
        (plan, random) => plan.LeaveAfter = random.Chance(0.15) ? random.Between(1, 12) : null,
        (plan, random) => plan.CancelAfter = random.Chance(0.2) ? random.Milliseconds(0, 15_000) : null,
        (plan, random) => plan.Pause = random.Chance(0.15) ? random.Milliseconds(1, 3_000) : TimeSpan.Zero,
        (plan, random) => plan.MaxAttempts = random.Chance(0.15) ? random.Between(1, 4) : null,
        (plan, random) => plan.MaxTokens = random.Chance(0.15) ? random.Between(20, 3_000) : null,
        (plan, random) => plan.MaxUsd = random.Chance(0.15) ? random.Between(1, 50) / 10_000m : null,
        (plan, random) => plan.MaxDuration = random.Chance(0.15) ? random.Milliseconds(1, 20_000) : null,
        (plan, random) => plan.Words = random.Chance(0.1) ? random.Between(500, 3_000) : random.Between(1, 60),
        (plan, random) => plan.Temperature = random.Chance(0.2) ? 0.5f : null,
        (plan, random) => plan.AcceptsRestart = random.Chance(0.5),
        (plan, random) => plan.AffinityKey = random.Chance(0.5) ? "conversation-" + random.Between(1, 4) : null,
        (plan, random) => plan.Tenant = random.Chance(0.6) ? random.Pick("acme", "globex") : null,
        (plan, random) => plan.Team = random.Chance(0.3) ? random.Pick("red", "blue") : null,
        (plan, random) => plan.User = random.Chance(0.4) ? random.Pick("ann", "bob", "eve") : null,
        (plan, random) => plan.Key = random.Chance(0.3) ? random.Pick("k1", "k2") : null,
        (plan, random) => plan.Tag = random.Chance(0.3) ? random.Pick("free", "paid") : null,
        (plan, random) => plan.Priority = random.Chance(0.4) ? random.Between(-2, 5) : 0,
        (plan, random) => plan.Cache = random.Chance(0.2) ? random.Pick(CacheControl.Bypass, CacheControl.Refresh, CacheControl.ReadOnly) : null,
    ];
}
