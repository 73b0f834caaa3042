using Sira.Gateway.Caching;

namespace Sira.Tests.Simulation.Promises;

/// <summary>After the drain nothing runs, and who comes is sent away.</summary>
internal static class DrainPromises
{
    public static IEnumerable<string> Check(World world)
    {
        foreach (var left in world.AfterDrain)
        {
            yield return left;
        }

        foreach (var result in world.Results.Where(result => result.Request?.StartedAt > world.DrainedAt && result.Cache?.Outcome is not (CacheOutcome.Hit or CacheOutcome.StaleHit)))
        {
            // Who leaves in the middle of a cached stream has not seen its last update, which would say that it is one.
            if (result is { Outcome: "left", Arrivals.Count: 0 } && world.Description.UsesCache)
            {
                continue;
            }

            if (result.Arrivals.Count > 0 || result.Outcome is not ("ShuttingDown" or "UnknownModel" or "InvalidRequest" or "cancelled"))
            {
                yield return $"caller {result.Plan.Number} came after the drain and was {result.Outcome}";
            }
        }
    }
}
