using Sira.Gateway.Routing;
using Sira.Kernel.Health;

namespace Sira.Gateway.Attempts;

/// <summary>Leave of a target's breaker and of its provider's. The default value is no leave: what is recorded with it counts for nothing.</summary>
/// <param name="Target">The target's permit.</param>
/// <param name="Provider">The provider's permit.</param>
internal readonly record struct HealthPermits(CircuitPermit Target, CircuitPermit Provider)
{
    public static bool TryEnter(RouteTarget target, out HealthPermits permits)
    {
        permits = default;
        if (!target.Endpoint.Breaker.TryEnter(out var own))
        {
            return false;
        }

        if (!target.Provider.Breaker.TryEnter(out var provider))
        {
            target.Endpoint.Breaker.Record(own, CircuitOutcome.Neutral);
            return false;
        }

        permits = new HealthPermits(own, provider);
        return true;
    }

    public void RecordSuccess(RouteTarget target, long timestamp)
    {
        target.Endpoint.Breaker.RecordSuccess(Target, timestamp);
        target.Provider.Breaker.RecordSuccess(Provider, timestamp);
    }

    public void Record(RouteTarget target, CircuitOutcome ofTarget, CircuitOutcome ofProvider, TimeSpan? retryAfter = null)
    {
        target.Endpoint.Breaker.Record(Target, ofTarget, retryAfter);
        target.Provider.Breaker.Record(Provider, ofProvider, retryAfter);
    }
}
