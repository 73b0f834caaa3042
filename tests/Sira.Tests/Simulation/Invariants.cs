using Sira.Decisions;
using Sira.Gateway.Caching;
using Sira.Simulation;
using Sira.Tests.Simulation.Promises;

namespace Sira.Tests.Simulation;

/// <summary>What must hold of every world when it has ended.</summary>
internal static class Invariants
{
    /// <summary>The promises, one line each.</summary>
    public static readonly (string Name, Func<World, IEnumerable<string>> Check)[] All =
    [
        ("every request ends exactly once", EndsOnce),
        ("an answer is told of exactly once", AnswersOnce),
        ("a deadline is kept", Deadlines),
        ("delivered text is one attempt's", Texts),
        ("nothing is left running", Rest),
        ("attempts are what providers saw", Attempts),
        ("usage is what providers counted", Usages),
        ("no attempt, token or cent beyond the request's budget", Budgets.CheckRequests),
        ("costs add up", Budgets.CheckCosts),
        ("budgets count what was charged", Budgets.CheckUse),
        ("an open breaker is passed only as the last resort", BreakerDiscipline.CheckLastResorts),
        ("what callers do opens no breaker", Innocence),
        ("the ledger is the sum of attempts", LedgerPromises.CheckSums),
        ("the ledger counts what providers saw", LedgerPromises.CheckProviders),
        ("a strict budget is never exceeded", Budgets.CheckStrict),
        ("no more calls at once than a limit allows", LimitPromises.CheckConcurrency),
        ("no more requests within a minute than a limit allows", LimitPromises.CheckRequests),
        ("at most one hedge, and none after the first token", HedgePromises.CheckOnce),
        ("a hedged call is billed for both", HedgePromises.CheckBill),
        ("hedges are a share of all calls", HedgePromises.CheckShare),
        ("nobody waits longer than the queue allows", QueuePromises.CheckWaits),
        ("the higher priority goes first", QueuePromises.CheckPriorities),
        ("a cached answer costs nothing", CachePromises.CheckAttempts),
        ("a cached answer is a whole one to the same question", CachePromises.CheckTexts),
        ("a static answer is the route's, and marked", DegradationPromises.CheckStatic),
        ("a lesser model is marked", DegradationPromises.CheckModels),
        ("equal keys, equal arms", SplitPromises.Check),
        ("mirrored calls are nobody's", ShadowPromises.CheckLedger),
        ("nothing runs after the drain", DrainPromises.Check),
    ];

    private static IEnumerable<string> EndsOnce(World world) =>
        world.Results.Where(static result => result.Ends != 1).Select(static result => $"caller {result.Plan.Number} ended {result.Ends} times");

    private static IEnumerable<string> AnswersOnce(World world) =>
        from result in world.Results
        let isAsked = result.Outcome is "answered" && result.Cache is null or { Outcome: CacheOutcome.Miss } && result.Decision?.Degraded != DegradedMode.StaticAnswer
        // The cache reads on for others when who asked first has gone.
        let isShared = world.Description.UsesCache
        let most = isAsked ? 1 : result.Outcome is "left" || isShared ? result.Answers is 0 or 1 ? result.Answers : 1 : 0
        where result.Answers != most
        select $"caller {result.Plan.Number}, {result.Outcome}, was told of {result.Answers} times";

    // Who pauses between updates learns of his deadline when he comes back. Who waits for an answer that another asked for waits as long as that takes.
    private static IEnumerable<string> Deadlines(World world) =>
        from result in world.Results
        where result.Plan.Pause == TimeSpan.Zero && !(world.Description.UsesCache && result.Plan.Question is not null) && result.Elapsed > result.Budget(result.Settings!).MaxDuration + TimeSpan.FromMilliseconds(1)
        select $"caller {result.Plan.Number} took {result.Elapsed} of {result.Budget(result.Settings!).MaxDuration}";

    private static IEnumerable<string> Texts(World world)
    {
        foreach (var result in world.Results.Where(static result => result.Plan.Kind != CallerKind.Embeddings))
        {
            var text = result.Text.ToString();
            var said = result.Arrivals.Where(static arrival => arrival.Text is not null).Select(static arrival => arrival.Text!).ToList();
            var isWhole = result.Outcome == "answered" && !result.WasCutShort && result.Plan.LeaveAfter is null;
            if (CachePromises.IsCached(result) || result.Decision?.Degraded == DegradedMode.StaticAnswer)
            {
                // These are promises of their own.
                continue;
            }

            if (text.Length > 0 ? !Splices.Explain(text, isWhole, said, result.Decision) && !CachePromises.MayBeStandIn(world, result) : isWhole)
            {
                yield return $"caller {result.Plan.Number}, {result.Outcome}, got '{text}', said were '{string.Join("', '", said)}'";
            }
        }
    }

    private static IEnumerable<string> Rest(World world)
    {
        if (world.Clock.ActiveTimers != 0)
        {
            yield return $"{world.Clock.ActiveTimers} timers";
        }

        foreach (var target in world.Sira.Targets.Where(static target => target.InFlight != 0))
        {
            yield return $"{target.InFlight} calls of {target.Target}";
        }

        foreach (var provider in world.Providers.Select(static provider => provider.Provider).Where(static provider => provider.InFlight != 0 || provider.Requests.Any(static request => request.Outcome == SimulatedRequestOutcome.InProgress)))
        {
            yield return $"{provider.InFlight} exchanges";
        }
    }

    // Each attempt is one request to its target, in order and at its instant.
    private static IEnumerable<string> Attempts(World world)
    {
        foreach (var result in world.Results)
        {
            var made = result.Request!.Attempts;
            if (result.Decision is null)
            {
                if (result.Arrivals.Count > made)
                {
                    yield return $"caller {result.Plan.Number} was seen {result.Arrivals.Count} times and counts {made} attempts";
                }

                continue;
            }

            var attempts = result.Decision.Attempts.Select(attempt => (attempt.Target, (attempt.StartedAfter * 1).Ticks)).ToList();
            var seen = result.Arrivals.Select(arrival => (arrival.Target, world.Clock.GetElapsedTime(result.Request.StartedAt, arrival.At).Ticks)).ToList();
            if (made != attempts.Count || !attempts.SequenceEqual(seen))
            {
                yield return $"caller {result.Plan.Number} counts {made} attempts, its decision has {string.Join(", ", attempts)}, providers saw {string.Join(", ", seen)}";
            }
        }

        var reached = world.Results.Sum(static result => result.Arrivals.Count) + world.ShadowArrivals.Count;
        var received = world.Providers.Sum(static provider => provider.Provider.RequestCount);
        if (reached != received)
        {
            yield return $"providers received {received} requests, of which callers made {reached}";
        }
    }

    private static IEnumerable<string> Usages(World world)
    {
        foreach (var result in world.Results.Where(static result => result.Decision is not null))
        {
            var (tokens, isExact) = (0L, true);
            foreach (var (attempt, arrival) in result.Decision!.Attempts.Zip(result.Arrivals))
            {
                isExact &= !attempt.IsEstimated;
                tokens += (attempt.Usage?.InputTokenCount ?? 0) + (attempt.Usage?.OutputTokenCount ?? 0);
                if (attempt is { Error: null, Usage: { } usage } && (usage.InputTokenCount != arrival.InputTokens || (result.Plan.Kind != CallerKind.Embeddings && usage.OutputTokenCount != arrival.OutputTokens)))
                {
                    yield return $"caller {result.Plan.Number} was told {usage.InputTokenCount}/{usage.OutputTokenCount}, {arrival.Target} counts {arrival.InputTokens}/{arrival.OutputTokens}";
                }
            }

            if (isExact && result.Request!.Tokens != tokens)
            {
                yield return $"caller {result.Plan.Number} was charged {result.Request.Tokens} tokens, its attempts used {tokens}. {result.Decision}";
            }
        }
    }

    private static IEnumerable<string> Innocence(World world)
    {
        var innocent = world.Description.Backends.Where(static backend => backend.Temper != BackendTemper.Flaky).Select(static backend => backend.Name).ToList();
        return world.Opened.Where(opened => opened.Value > 0 && innocent.Contains(opened.Key.Split('/')[0])).Select(static opened => $"the breaker of {opened.Key} opened");
    }
}
