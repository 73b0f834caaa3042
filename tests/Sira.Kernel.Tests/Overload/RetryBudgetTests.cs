using Sira.Kernel.Configuration;
using Sira.Kernel.Overload;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Overload;

public sealed class RetryBudgetTests
{
    private static readonly RetryBudgetOptions NoReserve = new() { MinimumRetriesPerSecond = 0 };

    private readonly VirtualTimeProvider time = new();

    [Theory]
    [InlineData(0.2, 100, 20)]
    [InlineData(0.1, 30, 3)]
    [InlineData(0.1, 29, 2)]
    [InlineData(0, 1000, 0)]
    [InlineData(2, 5, 10)]
    public void TryWithdraw_Deposits_GivesTheirShare(double ratio, int calls, int expected)
    {
        var budget = new RetryBudget(NoReserve with { RetryRatio = ratio }, time);
        Deposit(budget, calls);

        Assert.Equal(expected, budget.Available);
        Assert.Equal(expected, Withdraw(budget));
        Assert.Equal(0, budget.Available);
    }

    [Fact]
    public void TryWithdraw_NoCalls_GivesTheMinimumOnceInItsTime()
    {
        var budget = new RetryBudget(RetryBudgetOptions.Default, time);
        Assert.Equal(10, Withdraw(budget));

        time.Advance(TimeSpan.FromSeconds(8.9));
        Assert.Equal(0, Withdraw(budget));
        time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(10, Withdraw(budget));
    }

    [Fact]
    public void TryWithdraw_AfterTheTimeToLive_HasForgottenTheDeposits()
    {
        var budget = new RetryBudget(NoReserve, time);
        Deposit(budget, 50);

        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(10, budget.Available);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Withdraw(budget));
    }

    [Fact]
    public void Deposit_AtATimestamp_CountsAsLongAsOneThatReadsTheClock()
    {
        time.Advance(TimeSpan.FromHours(1));
        var budget = new RetryBudget(NoReserve, time);
        time.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 50; i++)
        {
            budget.Deposit(time.GetTimestamp());
        }

        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(10, budget.Available);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, budget.Available);
    }

    [Fact]
    public void TryWithdraw_SteadyFailure_KeepsRetriesAShareOfTheCalls()
    {
        var budget = new RetryBudget(RetryBudgetOptions.Default, time);
        int calls = 0, retries = 0;
        for (; calls < 60_000; calls++)
        {
            budget.Deposit();
            time.Advance(TimeSpan.FromMilliseconds(10));
            while (budget.TryWithdraw())
            {
                retries++;
            }
        }

        // A fifth of the calls, and one for each of the six hundred seconds.
        Assert.InRange(retries, 0.95 * 12_600, 1.1 * 12_600);
    }

    [Fact]
    public void TryWithdraw_ManyThreads_SpendNoRetryTwice()
    {
        var budget = new RetryBudget(NoReserve, time);
        Parallel.For(0, 8, _ => Deposit(budget, 10_000));
        long spent = 0;

        Parallel.For(0, 8, _ => Interlocked.Add(ref spent, Withdraw(budget)));

        Assert.Equal(16_000, spent);
    }

    [Fact]
    public void Reconfigure_KeepsWhatWasDepositedAndSpent()
    {
        var budget = new RetryBudget(NoReserve, time);
        Deposit(budget, 50);
        Assert.True(budget.TryWithdraw());

        budget.Reconfigure(NoReserve with { RetryRatio = 0.4, TimeToLive = TimeSpan.FromMinutes(1) });

        Assert.Equal(19, budget.Available);
        Assert.Throws<SiraConfigurationException>(() => budget.Reconfigure(NoReserve with { RetryRatio = double.NaN }));
        Assert.Equal(0.4, budget.Options.RetryRatio);
    }

    [Fact]
    public void DepositAndTryWithdraw_DoNotAllocate()
    {
        var budget = new RetryBudget(RetryBudgetOptions.Default, time);
        Assert.Equal(0, Allocations.By(() =>
        {
            budget.Deposit();
            budget.TryWithdraw();
        }));
    }

    [Fact]
    public void Validate_EveryMistake_IsNamed()
    {
        var errors = new ConfigurationErrors();
        new RetryBudgetOptions { RetryRatio = -0.1, MinimumRetriesPerSecond = double.NaN, TimeToLive = TimeSpan.Zero }.Validate("Sira:X", errors);

        Assert.Equal(["Sira:X:RetryRatio", "Sira:X:MinimumRetriesPerSecond", "Sira:X:TimeToLive"], errors.Items.Select(error => error.Path));
        Assert.Throws<SiraConfigurationException>(() => new RetryBudget(new RetryBudgetOptions { RetryRatio = -1 }, time));
    }

    private static void Deposit(RetryBudget budget, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            budget.Deposit();
        }
    }

    private static int Withdraw(RetryBudget budget)
    {
        var count = 0;
        while (budget.TryWithdraw())
        {
            count++;
        }

        return count;
    }
}
