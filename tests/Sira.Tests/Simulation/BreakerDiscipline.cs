using Sira.Kernel.Health;

namespace Sira.Tests.Simulation;

/// <summary>While a breaker is not closed, calls pass one by one: as probes, or as the last resort of a call that nobody else can answer.</summary>
internal static class BreakerDiscipline
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    public static void Check(World world, Arrival arrival, CallerResult caller)
    {
        if (arrival.Circuit == CircuitState.Closed)
        {
            return;
        }

        // Probes of this phase that still hold their place, or may.
        var probes = world.Results.SelectMany(static result => result.Arrivals)
            .Count(other => other.Target == arrival.Target && other.Circuit == CircuitState.HalfOpen && other.CircuitNumber == arrival.CircuitNumber
                && other.IsOpen && world.Clock.GetElapsedTime(other.At) < Lease);
        if (arrival.Circuit == CircuitState.HalfOpen && probes < world.Description.HalfOpenProbes)
        {
            return;
        }

        // Whether the others were really open to this call, its decision will tell.
        world.LastResorts.Add((arrival, caller));
    }

    /// <summary>Checks the calls that were let through as a last resort: whoever they could have gone to had been dropped.</summary>
    public static IEnumerable<string> CheckLastResorts(World world)
    {
        foreach (var (arrival, caller) in world.LastResorts.Where(static pair => pair.Caller.Decision is not null))
        {
            var dropped = caller.Decision!.Candidates.Where(static candidate => candidate.Dropped is not null and not Decisions.DropReason.CircuitOpen).Select(static candidate => candidate.Target);
            foreach (var better in arrival.Alternatives.Except(dropped))
            {
                yield return $"caller {caller.Plan.Number} asked {arrival.Target}, whose breaker was {arrival.Circuit}, while {better} could be asked. {caller.Decision}";
            }
        }
    }
}
