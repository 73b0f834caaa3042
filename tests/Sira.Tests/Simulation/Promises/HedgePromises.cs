using Sira.Errors;

namespace Sira.Tests.Simulation.Promises;

/// <summary>What holds of calls that are sent to a second target.</summary>
internal static class HedgePromises
{
    // What may be hedged whatever the share: a tenth of a call per second, over a minute.
    private const double Reserve = 6;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(50);

    public static IEnumerable<string> CheckOnce(World world)
    {
        foreach (var result in world.Results.Where(static result => result.Decision is not null))
        {
            var hedges = result.Decision!.Attempts.Where(static attempt => attempt.IsHedge).ToList();
            if (hedges.Count > 1 || hedges.Exists(hedge => hedge.StartedAfter > result.FirstText))
            {
                yield return $"caller {result.Plan.Number} had its first text after {result.FirstText} and has {hedges.Count} hedges. {result.Decision}";
            }
        }
    }

    /// <summary>Whoever loses was sent, and is billed: as reported, or by estimate.</summary>
    public static IEnumerable<string> CheckBill(World world) =>
        from result in world.Results
        where result.Decision is not null && result.Decision.Attempts.Any(static attempt => attempt.IsHedge)
        let lost = result.Decision!.Attempts.Where(static attempt => attempt.Error is BackendErrorKind.Cancelled).ToList()
        let counted = result.Decision!.Attempts.Sum(static attempt => (attempt.Usage?.InputTokenCount ?? 0) + (attempt.Usage?.OutputTokenCount ?? 0))
        let estimated = lost.Count(static attempt => attempt.Usage is null) * result.Decision!.EstimatedInputTokens
        where lost.Exists(static attempt => attempt is { Usage: null, IsEstimated: false }) || result.Request!.Tokens < counted + estimated
        select $"caller {result.Plan.Number} was charged {result.Request!.Tokens} tokens, its attempts used {counted} and those that lost {estimated}. {result.Decision}";

    public static IEnumerable<string> CheckShare(World world)
    {
        var share = world.Description.Reloads.Where(static reload => reload.IsValid).Select(static reload => reload.Settings).Append(world.Description.Settings).Max(static settings => settings.GetDecimal("MaxHedgeShare") ?? 0.05m);
        var hedges = world.Results.Where(static result => result.Decision is not null)
            .SelectMany(static result => result.Decision!.Attempts.Where(static attempt => attempt.IsHedge).Select(attempt => result.Plan.Start + attempt.StartedAfter)).Order().ToList();
        foreach (var at in hedges)
        {
            var recent = hedges.Count(other => other > at - Window && other <= at);
            var calls = world.Results.Count(result => result.Plan.Start <= at);
            if (recent > ((double)share * calls) + (share > 0 ? Reserve : 0))
            {
                yield return $"{recent} hedges up to {at} of {calls} calls, of which {share} may be hedged";
            }
        }
    }
}
