using Sira.Kernel.Resources;

namespace Sira.Kernel.Tests.Resources;

public sealed class ConcurrencyPoolTests
{
    [Fact]
    public void TryReserve_UpToTheLimit_HoldsThatManyAndRefusesOneMore()
    {
        var pool = new ConcurrencyPool("slots", 3);

        var two = pool.MustTake(2);
        pool.MustTake(1);

        Assert.Equal(3, pool.Used);
        Assert.Equal(0, pool.Available);
        Assert.Null(pool.MustRefuse(1).RetryAfter);
        two.Release();
        Assert.Equal(1, pool.Used);
        Assert.Equal(2, pool.Available);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Settle_WhateverWasUsed_FreesTheSlots(long actual)
    {
        var pool = new ConcurrencyPool("slots", 2);

        pool.MustTake(2).Settle([actual]);

        Assert.Equal(0, pool.Used);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 6)]
    [InlineData(5, long.MaxValue)]
    [InlineData(long.MaxValue - 1, long.MaxValue)]
    public void TryReserve_MoreThanTheLimit_IsRefused(long limit, long amount) => new ConcurrencyPool("slots", limit).MustRefuse(amount);

    [Fact]
    public void TryReserve_HugeAmounts_DoNotOverflow()
    {
        var pool = new ConcurrencyPool("slots", long.MaxValue);

        pool.MustTake(long.MaxValue - 1);
        pool.MustTake(1);

        pool.MustRefuse(1);
        pool.MustRefuse(long.MaxValue);
        Assert.Equal(long.MaxValue, pool.Used);
    }

    [Fact]
    public void TryReserve_Zero_FitsEvenWhenFull()
    {
        var pool = new ConcurrencyPool("slots", 0);

        pool.MustTake(0).Settle([0]);

        Assert.Equal(0, pool.Used);
    }

    [Fact]
    public void ChangeLimit_BelowWhatIsHeld_RefusesUntilEnoughIsFree()
    {
        var pool = new ConcurrencyPool("slots", 4);
        var three = pool.MustTake(3);
        pool.MustTake(1);

        pool.ChangeLimit(2);

        Assert.Equal(4, pool.Used);
        Assert.Equal(0, pool.Available);
        pool.MustRefuse(1);
        three.Release();
        pool.MustTake(1);
        pool.MustRefuse(1);
    }

    [Fact]
    public void Constructor_BadArguments_Throw()
    {
        Assert.Throws<ArgumentException>(() => new ConcurrencyPool(" ", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConcurrencyPool("slots", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConcurrencyPool("slots", 1).ChangeLimit(-1));
    }
}
