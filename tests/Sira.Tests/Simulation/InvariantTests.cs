using Sira.Decisions;
using Sira.Gateway.Caching;
using Sira.Kernel.Health;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>A promise that cannot be broken is not checked: each is broken on purpose in a world that has kept it.</summary>
public class InvariantTests
{
    private static readonly Dictionary<string, Action<World>> Sabotages = new()
    {
        ["every request ends exactly once"] = static world => world.Results[0].Ends++,
        ["an answer is told of exactly once"] = static world => world.Results[0].Answers += 2,
        ["a deadline is kept"] = static world => Find(world, static result => result.Plan is { MaxDuration: not null, Question: null } plan && plan.Pause == TimeSpan.Zero).Elapsed = TimeSpan.FromHours(1),
        ["delivered text is one attempt's"] = static world => Find(world, static result => result.Text.Length > 5).Text.Insert(3, "x"),
        ["nothing is left running"] = static world => world.Clock.CreateTimer(static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan),
        ["attempts are what providers saw"] = static world => Find(world, static result => result.Arrivals.Count > 0).Arrivals.RemoveAt(0),
        ["usage is what providers counted"] = static world => Find(world, static result => result is { Outcome: "answered", Arrivals.Count: > 0 } && result.Decision!.Attempts[^1].Usage is not null && result.Arrivals.Count == result.Decision.Attempts.Count).Arrivals[^1].InputTokens++,
        ["no attempt, token or cent beyond the request's budget"] = static world =>
        {
            var request = Find(world, static result => result.Plan is { MaxAttempts: not null }).Request!;
            while (request.Attempts <= request.Budget.MaxAttempts)
            {
                request.TryTakeAttempt(RequestBudget.Unlimited);
            }
        },
        ["costs add up"] = static world => Find(world, static result => result.Decision is not null).Request!.Charge(0, 1m),
        ["budgets count what was charged"] = static world => Find(world, static result => result.Settings!.BudgetsOf(result.Plan).Any(static budget => budget.Kind is "money")).Request!.Charge(1, 1m),
        ["an open breaker is passed only as the last resort"] = static world =>
        {
            var caller = Find(world, static result => result is { Outcome: "answered", Arrivals.Count: > 0 } && result.Decision!.Attempts.All(static attempt => attempt.Recovery is null));
            world.LastResorts.Add((caller.Arrivals[0] with { OfTarget = new Circuit(CircuitState.Open, 1), Alternatives = ["somebody/else"] }, caller));
        },
        ["what callers do opens no breaker"] = static world => world.Opened[world.Description.Backends.First(static backend => backend.Temper != BackendTemper.Flaky).Targets.First()] = 1,
        ["the ledger is the sum of attempts"] = static world => Find(world, static result => result.Request is { Attempts: > 0 }).Request!.Charge(1, null),
        ["the ledger counts what providers saw"] = static world =>
        {
            var arrival = Find(world, static result => result is { Outcome: "answered", Arrivals.Count: > 0 }).Arrivals[0];
            world.Arrivals.AddRange(Enumerable.Repeat(arrival, 100));
        },
        ["a strict budget is never exceeded"] = static world => world.StrictExcess = long.MaxValue / 4,
        ["no more calls at once than a limit allows"] = static world => Limited(world, static limit => limit.Concurrency is not null).OpenAtTarget = 1_000,
        ["no more requests within a minute than a limit allows"] = static world => world.Arrivals.AddRange(Enumerable.Repeat(Limited(world, static limit => limit.Requests is not null), 1_000)),
        ["at most one hedge, and none after the first token"] = static world => Hedged(world).FirstText = TimeSpan.Zero,
        ["a hedged call is billed for both"] = static world => Hedged(world).Request!.Charge(-1_000_000, null),
        ["hedges are a share of all calls"] = static world => Hedged(world).Decision = new ForgedDecision { Forged = [.. Enumerable.Repeat(Hedged(world).Decision!.Attempts.First(static attempt => attempt.IsHedge), 1_000)] },
        ["nobody waits longer than the queue allows"] = static world =>
        {
            var caller = Find(world, static result => result.Plan is { Question: null, Route: "default", Pause.Ticks: 0 } && result.Settings!.Get("Routes:default:MaxBreakerWait") is null);
            (caller.Decision, caller.Outcome, caller.Elapsed) = (null, "Overloaded", TimeSpan.FromDays(1));
        },
        ["the higher priority goes first"] = static world =>
        {
            var one = Find(world, static result => result.Plan is { Question: null, Route: "default", Pause.Ticks: 0 } && result.Arrivals.Count > 0 && result.Settings!.Get("Routes:default:MaxBreakerWait") is null
                && result.Settings.TargetsOf(result.Plan).Take(2).Count() == 1 && !result.Settings.HasOtherTargets(result.Plan));
            var other = world.Results.First(result => result != one && result.Plan is { Question: null, Route: "default", Pause.Ticks: 0 } && result.Arrivals.Count > 0 && result.Arrivals[0].Target == one.Arrivals[0].Target);
            (one.Plan.Priority, other.Plan.Priority) = (1, 2);
            one.Arrivals[0] = one.Arrivals[0] with { At = Math.Max(one.Request!.StartedAt, other.Request!.StartedAt) + 1 };
            other.Arrivals[0] = other.Arrivals[0] with { At = one.Arrivals[0].At + 1 };
        },
        ["a cached answer costs nothing"] = static world => Cached(world).Request!.Charge(1, 1m),
        ["a cached answer is a whole one to the same question"] = static world => Cached(world).Text.Append('x'),
        ["a static answer is the route's, and marked"] = static world => Find(world, static result => result is { Outcome: "answered", Plan.Kind: not CallerKind.Embeddings } && result.Decision?.Degraded == DegradedMode.None).Text.Clear().Append("Nobody can answer now."),
        ["a lesser model is marked"] = static world =>
        {
            var caller = Find(world, static result => result is { Outcome: "answered", Plan.Route: not null } && result.Decision?.Degraded == DegradedMode.SmallerModel);
            caller.Decision = new ForgedDecision { Forged = caller.Decision!.Attempts, ForgedTarget = caller.Decision.Target };
        },
        ["equal keys, equal arms"] = static world =>
        {
            var pair = world.Results.Where(static result => result is { Decision: not null, Plan: { Route: not null, User: not null } } && result.Settings!.Get(WorldSettings.Path(result.Plan, "Split:StickyBy")) == "User")
                .GroupBy(static result => (result.Plan.Route, result.Plan.User, result.Decision!.SnapshotVersion)).First(static group => group.Count() > 1);
            pair.First().Decision = new ForgedDecision { Version = pair.Key.SnapshotVersion, ForgedVariant = "another" };
        },
        ["mirrored calls are nobody's"] = static world => world.ShadowArrivals.RemoveAt(world.ShadowArrivals.Count > 0 ? 0 : throw new InvalidOperationException()),
        ["nothing runs after the drain"] = static world => world.AfterDrain.Add("a call"),
    };

    public static TheoryData<string> Promises => [.. Invariants.All.Select(static invariant => invariant.Name)];

    [Theory]
    [MemberData(nameof(Promises))]
    public void Promise_Broken_IsNoticed(string promise)
    {
        for (var seed = 0; ; seed++)
        {
            Assert.True(seed < 200, "No world lends itself to breaking it.");
            using var world = new World(new WorldDescription(seed));
            world.Run();
            var check = Invariants.All.Single(invariant => invariant.Name == promise).Check;
            Assert.Empty(check(world));
            try
            {
                Sabotages[promise](world);
            }
            catch (InvalidOperationException)
            {
                // This world has nobody of that kind.
                continue;
            }

            // Unless it does not matter in this world, such as what is spent where nothing limits it.
            if (check(world).Any())
            {
                return;
            }
        }
    }

    private static CallerResult Hedged(World world) => Find(world, static result => result is { Outcome: "answered", Plan.Kind: CallerKind.Stream } && result.Decision?.Attempts.Any(static attempt => attempt.IsHedge && attempt.StartedAfter > TimeSpan.Zero) == true);

    private static CallerResult Cached(World world) => Find(world, static result => result is { Cache.Outcome: CacheOutcome.Hit, Plan.LeaveAfter: null, Outcome: "answered" });

    private static Arrival Limited(World world, Func<WorldLimit, bool> isMeant) => world.Arrivals.First(arrival => world.Description.Limits.Any(limit => isMeant(limit) && !limit.IsOfBackend && limit.Concerns(arrival)));

    private static CallerResult Find(World world, Func<CallerResult, bool> isMeant) => world.Results.First(isMeant);
}
