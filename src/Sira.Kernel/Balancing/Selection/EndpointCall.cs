using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>Leave to make one call to an endpoint, given by <see cref="EndpointSelector"/>. To be completed, whatever happens: until then it counts as in flight.</summary>
public readonly struct EndpointCall
{
    private readonly CallSlip? slip;
    private readonly long number;

    internal EndpointCall(Endpoint endpoint, CircuitPermit permit, CallSlip slip) => (Endpoint, Permit, this.slip, number) = (endpoint, permit, slip, slip.Number);

    /// <summary>Gets the endpoint to call.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Gets the leave of its breaker; the default value where the breaker refused and is not believed, see <see cref="EndpointSelectorOptions.PanicThreshold"/>.</summary>
    public CircuitPermit Permit { get; }

    /// <summary>Notes how the call ended. The first time counts; completing it again, or a copy of it, changes nothing.</summary>
    /// <param name="outcome">What it says about the endpoint; <see cref="CircuitOutcome.Neutral"/> if it was not made, or cancelled.</param>
    /// <param name="latency">How long it took, if it is to count into the endpoint's average; usually only of a success.</param>
    /// <param name="retryAfter">How long the endpoint itself asked to be left alone.</param>
    public void Complete(CircuitOutcome outcome, TimeSpan? latency = null, TimeSpan? retryAfter = null)
    {
        if (slip?.TryEnd(number) != true)
        {
            return;
        }

        Endpoint.Load.End();
        if (latency is { } taken)
        {
            Endpoint.Load.Record(taken);
        }

        Endpoint.Breaker.Record(Permit, outcome, retryAfter);
    }
}
