using Sira.Errors;
using Sira.Kernel.Health;

namespace Sira.Tests.Simulation;

/// <summary>While a breaker is not closed, calls pass one by one: as probes, or as the last resort of a call that nobody else can answer.</summary>
internal static class BreakerDiscipline
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    public static void Check(World world, Arrival arrival, CallerResult caller)
    {
        arrival.IsAdmitted = IsAdmitted(world, arrival, arrival.OfTarget, static other => other.OfTarget, static other => other.Target)
            && IsAdmitted(world, arrival, arrival.OfProvider, static other => other.OfProvider, static other => other.Backend);
        if (!arrival.IsAdmitted)
        {
            // Whether the others were really open to this call, its decision will tell.
            world.LastResorts.Add((arrival, caller));
        }
    }

    // Probes of this phase that still hold their place, or may, leave no room for another. A last resort holds none.
    private static bool IsAdmitted(World world, Arrival arrival, Circuit circuit, Func<Arrival, Circuit> circuitOf, Func<Arrival, string> nameOf) => circuit.State switch
    {
        CircuitState.Closed => true,
        CircuitState.Open => false,
        _ => world.Description.HalfOpenProbes > world.Results.SelectMany(static result => result.Arrivals)
            .Count(other => nameOf(other) == nameOf(arrival) && circuitOf(other) == circuit && other is { IsAdmitted: true, IsOpen: true } && world.Clock.GetElapsedTime(other.At) < Lease),
    };

    /// <summary>Checks the calls that were let through as a last resort: whoever they could have gone to had been dropped.</summary>
    /// <remarks>Who goes on from a part of an answer can go to few only, and so can who goes round a refusal or a window that is too small.</remarks>
    public static IEnumerable<string> CheckLastResorts(World world)
    {
        foreach (var (arrival, caller) in world.LastResorts.Where(static pair => pair.Caller.Decision?.Attempts.All(static attempt => attempt.Recovery is null && attempt.Error is not (BackendErrorKind.ContentPolicy or BackendErrorKind.ContextLength)) == true))
        {
            var dropped = caller.Decision!.Candidates.Where(static candidate => candidate.Dropped is not null and not Decisions.DropReason.CircuitOpen).Select(static candidate => candidate.Target);
            foreach (var better in arrival.Alternatives.Except(dropped))
            {
                yield return $"caller {caller.Plan.Number} asked {arrival.Target}, whose breaker was {arrival.OfTarget.State} and its provider's {arrival.OfProvider.State}, while {better} could be asked. {caller.Decision}";
            }
        }
    }
}
