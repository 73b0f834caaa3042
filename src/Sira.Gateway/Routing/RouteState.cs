using Sira.Gateway.Configuration;
using Sira.Gateway.Targets;
using Sira.Kernel.Admission;
using Sira.Kernel.Overload;

namespace Sira.Gateway.Routing;

/// <summary>What a route remembers beyond a reload of the configuration: who waits, and how much was retried.</summary>
internal sealed class RouteState(TimeProvider time)
{
    public AdmissionQueue Queue { get; } = new(AdmissionQueueOptions.Default, time);

    /// <summary>How long the answers of this route are.</summary>
    public TokenMix Mix { get; } = new(time);

    public RetryBudget Retries { get; } = new(RetryBudgetOptions.Default, time);

    public void Reconfigure(RouteOptions options)
    {
        Queue.Reconfigure(new AdmissionQueueOptions { MaximumLength = Math.Max(1, options.Queue.MaxLength), MaximumWait = options.Queue.MaxWait });
        Retries.Reconfigure(options.Retry.Budget);
    }
}
