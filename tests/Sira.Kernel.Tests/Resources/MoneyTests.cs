using System.Globalization;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Tests.Resources;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1_000_000_000_000)]
    [InlineData("0.000000005", 5_000)]
    [InlineData("0.000000000001", 1)]
    [InlineData("0.0000000000001", 1)]
    [InlineData("0.0000000000000000000000000001", 1)]
    [InlineData("2.5000000000001", 2_500_000_000_001)]
    [InlineData("9000000.000000000000000000001", 9_000_000_000_000_000_001)]
    [InlineData("9223372.036854775807", long.MaxValue)]
    public void ToPicoDollars_Amount_IsRoundedUp(string usd, long expected) =>
        Assert.Equal(expected, Money.ToPicoDollars(decimal.Parse(usd, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("-0.000000000001")]
    [InlineData("9223372.0368547758071")]
    [InlineData("79228162514264337593543950335")]
    public void ToPicoDollars_OutOfRange_Throws(string usd)
    {
        var amount = decimal.Parse(usd, CultureInfo.InvariantCulture);

        Assert.Throws<ArgumentOutOfRangeException>(() => Money.ToPicoDollars(amount));
        Assert.False(Money.TryToPicoDollars(amount, out var picoDollars));
        Assert.Equal(0, picoDollars);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(123_456_789_012_345)]
    [InlineData(long.MaxValue)]
    public void ToUsd_AndBack_IsExact(long picoDollars) => Assert.Equal(picoDollars, Money.ToPicoDollars(Money.ToUsd(picoDollars)));

    [Fact]
    public void Rejection_OfMoney_IsWrittenInDollars()
    {
        var pool = new TotalPool("route 'default' money budget", Money.ToPicoDollars(5), ResourceUnit.UsDollars);
        pool.MustTake(Money.ToPicoDollars(4.9m));

        Assert.Equal("route 'default' money budget: 0.25 USD asked, 4.9 USD of 5 USD used", pool.MustRefuse(Money.ToPicoDollars(0.25m)).ToString());
    }

    [Fact]
    public void Rejection_ToString_SaysWhenItFits()
    {
        var slots = new ConcurrencyPool("slots", 1);

        Assert.Equal("slots: 2 slots asked, 0 slots of 1 slots used, which can never fit", slots.MustRefuse(2).ToString());
        Assert.Equal("slots: 1 slots asked, 1 slots of 1 slots used, fits in 00:00:30", new ResourceRejection(slots, 1, 1, TimeSpan.FromSeconds(30)).ToString());
        Assert.Equal(string.Empty, default(ResourceRejection).ToString());
    }
}
