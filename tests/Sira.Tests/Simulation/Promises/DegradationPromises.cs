using Sira.Decisions;

namespace Sira.Tests.Simulation.Promises;

/// <summary>What holds of answers that are less than what was asked for.</summary>
internal static class DegradationPromises
{
    public static IEnumerable<string> CheckStatic(World world)
    {
        foreach (var result in world.Results.Where(static result => result.Settings is not null && result.Plan.Kind != CallerKind.Embeddings))
        {
            var (text, own) = (result.Text.ToString(), result.Settings!.Get(WorldSettings.Path(result.Plan, "StaticAnswer")));
            var isMarked = result.Decision?.Degraded == DegradedMode.StaticAnswer;
            var isStatic = text is "Nobody can answer now." or "Please try again later.";
            if (isMarked != isStatic || (isMarked && (text != own || result.Outcome is not ("answered" or "cancelled"))))
            {
                yield return $"caller {result.Plan.Number}, {result.Outcome}, got '{text}' where the route has '{own}', marked {result.Decision?.Degraded}";
            }
        }
    }

    public static IEnumerable<string> CheckModels(World world) =>
        from result in world.Results
        where result is { Outcome: "answered", Decision: { Degraded: not DegradedMode.StaticAnswer, Target: not null } }
        let isLesser = result.Settings!.ListOf(result.Plan, "DegradedTargets").Contains(result.Decision!.Target)
        where isLesser != (result.Decision!.Degraded == DegradedMode.SmallerModel)
        select $"caller {result.Plan.Number} was answered by {result.Decision!.Target}, marked {result.Decision.Degraded}";
}
