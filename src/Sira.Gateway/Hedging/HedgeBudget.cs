using Sira.Kernel.Overload;

namespace Sira.Gateway.Hedging;

/// <summary>Keeps hedged calls a share of all calls, over all routes.</summary>
internal sealed class HedgeBudget(TimeProvider time)
{
    // A minute, so that the share is kept where there are few calls too; and one in ten seconds whatever there is, so that the first slow call is not left to itself.
    private static readonly RetryBudgetOptions Options = new() { TimeToLive = TimeSpan.FromMinutes(1), MinimumRetriesPerSecond = 0.1 };

    private readonly RetryBudget budget = new(Options, time);

    public void Allow(double share) => budget.Reconfigure(Options with { RetryRatio = share, MinimumRetriesPerSecond = share > 0 ? Options.MinimumRetriesPerSecond : 0 });

    public void Deposit(long timestamp) => budget.Deposit(timestamp);

    public bool TryWithdraw() => budget.TryWithdraw();
}
