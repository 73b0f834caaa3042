using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Targets;
using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Overload;

namespace Sira.Gateway.Routing;

/// <summary>What a route remembers beyond a reload of the configuration: who waits, and how much was retried.</summary>
internal sealed class RouteState(TimeProvider time)
{
    private volatile AdmissionQueue queue = new(AdmissionQueueOptions.Default, time);
    private (BudgetScope By, string? Tag) shared;

    /// <summary>Where calls wait. When it is shared by others than before it is a new one; who waits in the old one keeps its place in the line.</summary>
    public AdmissionQueue Queue => queue;

    /// <summary>How long the answers of this route are.</summary>
    public TokenMix Mix { get; } = new(time);

    public RetryBudget Retries { get; } = new(RetryBudgetOptions.Default, time);

    /// <summary>Puts a configuration in force. Configurations come one after another.</summary>
    public void Reconfigure(QueueOptions options, RetryOptions retry)
    {
        Retries.Reconfigure(retry.Budget);
        var bounds = new AdmissionQueueOptions { MaximumLength = Math.Max(1, options.MaxLength), MaximumWait = options.MaxWait, Ageing = options.Ageing };
        var asked = (options.FairShare.By, options.FairShare.Tag);
        if (asked == shared)
        {
            queue.Reconfigure(bounds);
            return;
        }

        shared = asked;
        queue = new AdmissionQueue(bounds, time, asked.By is BudgetScope.All ? null : new FairShare(new VirtualTokenCounter(CapacityPool.WeightOf)));
    }
}
