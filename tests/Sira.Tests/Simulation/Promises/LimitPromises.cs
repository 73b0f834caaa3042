namespace Sira.Tests.Simulation.Promises;

/// <summary>The limits of targets, counted where the requests arrive.</summary>
internal static class LimitPromises
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static IEnumerable<string> CheckConcurrency(World world) =>
        from limit in world.Description.Limits
        where limit.Concurrency is not null
        from arrival in world.Arrivals
        where limit.Concerns(arrival)
        let open = limit.IsOfBackend ? arrival.OpenAtBackend : arrival.OpenAtTarget
        where open > limit.Concurrency
        select $"{limit.Target} had {open} calls at once of {limit.Concurrency} when {arrival.Request} came, {world.CallerOf(arrival)}";

    public static IEnumerable<string> CheckRequests(World world)
    {
        foreach (var limit in world.Description.Limits.Where(static limit => limit.Requests is not null))
        {
            var arrivals = world.Arrivals.Where(limit.Concerns).Select(static arrival => arrival.At).ToList();
            for (var i = limit.Requests!.Value; i < arrivals.Count; i++)
            {
                if (world.Clock.GetElapsedTime(arrivals[i - limit.Requests.Value], arrivals[i]) < Minute)
                {
                    yield return $"{limit.Target} had {limit.Requests + 1} requests of {limit.Requests} within {world.Clock.GetElapsedTime(arrivals[i - limit.Requests.Value], arrivals[i])}";
                    break;
                }
            }
        }
    }
}
