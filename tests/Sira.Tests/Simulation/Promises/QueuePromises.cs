namespace Sira.Tests.Simulation.Promises;

/// <summary>What holds of calls that wait for a target with room. Only of those that can have waited for nothing else.</summary>
internal static class QueuePromises
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public static IEnumerable<string> CheckWaits(World world)
    {
        foreach (var result in Waiters(world))
        {
            var settings = result.Settings!;
            var longest = settings.GetInt(WorldSettings.Path(result.Plan, "Queue:MaxLength"), 0) == 0 ? TimeSpan.Zero : settings.GetDuration(WorldSettings.Path(result.Plan, "Queue:MaxWait")) ?? TimeSpan.FromSeconds(30);
            var waited = result.Decision is { Attempts: [var first, ..] } ? first.StartedAfter : result.Outcome is "Overloaded" ? result.Elapsed : TimeSpan.Zero;
            if (waited > longest + Tick)
            {
                yield return $"caller {result.Plan.Number} waited for {waited} of {longest}";
            }
        }
    }

    public static IEnumerable<string> CheckPriorities(World world)
    {
        var waiters = Waiters(world).Where(static result => result.Arrivals.Count > 0 && result.Settings!.TargetsOf(result.Plan).Take(2).Count() == 1 && !result.Settings!.HasOtherTargets(result.Plan))
            .Select(result => (Result: result, Begin: result.Request!.StartedAt, Served: result.Arrivals[0].At)).Where(static waiter => waiter.Served > waiter.Begin).ToList();
        foreach (var (served, begin, at) in waiters)
        {
            // Who has waited long may have come to more than it began with.
            var most = served.Plan.Priority + (served.Settings!.GetDuration(WorldSettings.Path(served.Plan, "Queue:Ageing")) is { } ageing ? (int)(world.Clock.GetElapsedTime(begin, at) / ageing) + 1 : 0);
            foreach (var passed in waiters.Where(other => other.Begin < at && other.Served > at
                && other.Result.Plan.Priority > most && WorldSettings.Path(other.Result.Plan, "") == WorldSettings.Path(served.Plan, "") && other.Result.Arrivals[0].Target == served.Arrivals[0].Target))
            {
                yield return $"caller {served.Plan.Number} of priority {served.Plan.Priority} was served while caller {passed.Result.Plan.Number} of {passed.Result.Plan.Priority} waited";
            }
        }
    }

    private static IEnumerable<CallerResult> Waiters(World world) => world.Results.Where(static result =>
        result.Plan is { Question: null, Route: not null, Pause.Ticks: 0 } && result.Settings?.Get(WorldSettings.Path(result.Plan, "MaxBreakerWait")) is null);
}
