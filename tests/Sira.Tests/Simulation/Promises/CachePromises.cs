using Sira.Decisions;
using Sira.Gateway.Caching;

namespace Sira.Tests.Simulation.Promises;

/// <summary>What holds of answers out of the cache.</summary>
internal static class CachePromises
{
    public static IEnumerable<string> CheckAttempts(World world) =>
        from result in world.Results
        where result.Cache is { Outcome: CacheOutcome.Hit } && (result.Arrivals.Count > 0 || result.Request!.Attempts > 0 || result.Request.Cost != 0 || result.Decision is not null)
        select $"caller {result.Plan.Number} had a hit and made {result.Request!.Attempts} attempts for ${result.Request.Cost}";

    /// <summary>Somebody of the same tenant asked the same before and was answered whole, by a model. Whoever asked may have left since.</summary>
    public static IEnumerable<string> CheckTexts(World world)
    {
        foreach (var result in world.Results.Where(static result => IsCached(result) && !result.WasCutShort))
        {
            var text = result.Text.ToString();
            var isWhole = result is { Outcome: "answered", Plan.LeaveAfter: null };
            if (!AnswersToTheSame(world, result).Any(answer => isWhole ? answer == text : answer.StartsWith(text, StringComparison.Ordinal)))
            {
                yield return $"caller {result.Plan.Number} got '{text}' by {result.Cache}";
            }
        }
    }

    /// <summary>Whether text came from the cache. Who leaves before the end is not told, but has been told nothing by a provider.</summary>
    public static bool IsCached(CallerResult result) => result.Cache is { Outcome: not CacheOutcome.Miss } || result is { Cache: null, Decision: null, Text.Length: > 0, Plan.Question: not null } && result.Arrivals.All(static arrival => arrival.Text is null);

    /// <summary>Whether text that no attempt explains may be the answer that the cache kept of the same question, given because no model could be had. Who leaves before the end is not told.</summary>
    public static bool MayBeStandIn(World world, CallerResult result) => result is { Cache: null, Decision: null, Plan.Question: not null }
        && AnswersToTheSame(world, result).Any(answer => answer.StartsWith(result.Text.ToString(), StringComparison.Ordinal));

    private static IEnumerable<string> AnswersToTheSame(World world, CallerResult result) => world.Results
        .Where(other => IsSame(result.Plan, other.Plan) && other.Request is { } asked && world.Clock.GetElapsedTime(result.Request!.StartedAt, asked.StartedAt) <= result.Elapsed)
        .SelectMany(Answers);

    private static bool IsSame(CallerPlan left, CallerPlan right) => left.Question is not null && (left.Question, left.Tenant, left.Route, left.Model) == (right.Question, right.Tenant, right.Route, right.Model);

    private static IEnumerable<string> Answers(CallerResult asked) => asked switch
    {
        { Outcome: "answered", WasCutShort: false, Cache: null or { Outcome: CacheOutcome.Miss }, Plan.LeaveAfter: null } => asked.Decision?.Degraded is DegradedMode.None ? [asked.Text.ToString()] : [],
        { Outcome: "answered", Cache: not null and not { Outcome: CacheOutcome.Miss } } => [],
        _ => asked.Arrivals.Where(static arrival => arrival.Text is not null).Select(static arrival => arrival.Text!),
    };
}
