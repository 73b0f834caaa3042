using Sira.Kernel.Health;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>A promise that cannot be broken is not checked: each is broken on purpose in a world that has kept it.</summary>
public class InvariantTests
{
    private static readonly Dictionary<string, Action<World>> Sabotages = new()
    {
        ["every request ends exactly once"] = static world => world.Results[0].Ends++,
        ["an answer is told of exactly once"] = static world => world.Results[0].Answers++,
        ["a deadline is kept"] = static world => Find(world, static result => result.Plan is { MaxDuration: not null } plan && plan.Pause == TimeSpan.Zero).Elapsed = TimeSpan.FromHours(1),
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

            Assert.NotEmpty(check(world));
            return;
        }
    }

    private static CallerResult Find(World world, Func<CallerResult, bool> isMeant) => world.Results.First(isMeant);
}
