using Sira.Kernel.Resources;

namespace Sira.Kernel.Tests.Resources;

public sealed class TotalPoolTests
{
    [Fact]
    public void Settle_LessThanReserved_GivesTheRestBack()
    {
        var pool = new TotalPool("trial", 10);

        pool.MustTake(8).Settle([3]);

        Assert.Equal(3, pool.Used);
        pool.MustTake(7);
        Assert.Null(pool.MustRefuse(1).RetryAfter);
    }

    [Fact]
    public void Settle_MoreThanReserved_IsDebtThatOnlyAHigherLimitPays()
    {
        var pool = new TotalPool("trial", 10);

        pool.MustTake(5).Settle([25]);

        Assert.Equal(25, pool.Used);
        Assert.Equal(0, pool.Available);
        pool.MustRefuse(1);
        pool.ChangeLimit(26);
        pool.MustTake(1);
        pool.MustRefuse(1);
    }

    [Fact]
    public void Settle_DebtBeyondWhatCanBeCounted_StaysAtTheMostAndNeverTurnsNegative()
    {
        var pool = new TotalPool("trial", 10);
        var open = pool.MustTake(2);

        pool.MustTake(5).Settle([long.MaxValue]);
        pool.MustTake(0).Settle([long.MaxValue]);

        Assert.Equal(long.MaxValue, pool.Used);
        open.Release();
        Assert.Equal(long.MaxValue - 2, pool.Used);
    }

    [Fact]
    public void TryReserve_ZeroUnderDebt_Fits()
    {
        var pool = new TotalPool("trial", 1);
        pool.MustTake(1).Settle([5]);

        pool.MustTake(0).Settle([0]);

        Assert.Equal(5, pool.Used);
    }
}
