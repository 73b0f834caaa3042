using System.Globalization;

namespace Sira.Kernel.Tests.Configuration.Reader;

public sealed class ConfigurationReaderNumberTests : ReaderFixture
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData(" 10 ", 10)]
    [InlineData("1", 1)]
    public void TryInt32_WithinBounds_IsRead(string text, int expected)
    {
        Assert.True(Read(("Key", text)).TryInt32("Key", out var value, 1, 10));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("0", "is less than 1")]
    [InlineData("11", "is more than 10")]
    [InlineData("99999999999", "is more than 10")]
    [InlineData("five", "is not a whole number")]
    [InlineData("1.0", "is not a whole number")]
    [InlineData("1,0", "is not a whole number")]
    [InlineData("0x5", "is not a whole number")]
    public void TryInt32_Bad_SaysWhatIsWrongAndWhatToWrite(string text, string problem)
    {
        Assert.False(Read(("Key", text)).TryInt32("Key", out var value, 1, 10));

        Assert.Equal(0, value);
        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a whole number from 1 to 10.", Assert.Single(Errors.Items).ToString());
    }

    [Theory]
    [InlineData("0", 1, int.MaxValue, "'0' is less than 1. Write a whole number of at least 1.")]
    [InlineData("7", int.MinValue, 5, "'7' is more than 5. Write a whole number of at most 5.")]
    [InlineData("x", int.MinValue, int.MaxValue, "'x' is not a whole number. Write a whole number.")]
    [InlineData("99999999999", 0, int.MaxValue, "'99999999999' is too large. Write a whole number of at least 0.")]
    public void TryInt32_Bad_PrintsOnlyBoundsThatSomebodySet(string text, int minimum, int maximum, string expected)
    {
        Assert.False(Read(("Key", text)).TryInt32("Key", out _, minimum, maximum));

        Assert.Equal($"Sira:Key: {expected}", Assert.Single(Errors.Items).ToString());
    }

    [Theory]
    [InlineData("0", "is less than 1")]
    [InlineData("many", "is not a whole number")]
    public void TryInt64_Bad_DoesNotPrintTheLargestNumberThereIs(string text, string problem)
    {
        Assert.False(Read(("Key", text)).TryInt64("Key", out _, minimum: 1));

        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a whole number of at least 1.", Assert.Single(Errors.Items).ToString());
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("-1e-3", -0.001)]
    [InlineData("1", 1)]
    public void TryDouble_WithinBounds_IsRead(string text, double expected)
    {
        Assert.True(Read(("Key", text)).TryDouble("Key", out var value, -1, 1));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1.5", "is more than 1")]
    [InlineData("-0.5", "is less than 0")]
    [InlineData("0,5", "is not a number")]
    [InlineData("NaN", "is not a number")]
    [InlineData("Infinity", "is not a number")]
    [InlineData("1e999", "is not a number")]
    [InlineData("half", "is not a number")]
    public void TryDouble_Bad_IsAMistake(string text, string problem)
    {
        Assert.False(Read(("Key", text)).TryDouble("Key", out var value, 0, 1));

        Assert.Equal(0, value);
        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a number from 0 to 1, with a point for decimals.", Assert.Single(Errors.Items).ToString());
    }

    [Theory]
    [InlineData("NaN", null, null, "a number, with")]
    [InlineData("-1", 0.5, null, "a number of at least 0.5, with")]
    [InlineData("2", null, 1.5, "a number of at most 1.5, with")]
    [InlineData("Infinity", null, null, "a number, with")]
    public void TryDouble_Bad_NamesTheBoundsThereAre(string text, double? minimum, double? maximum, string expected)
    {
        Assert.False(Read(("Key", text)).TryDouble("Key", out _, minimum ?? double.MinValue, maximum ?? double.MaxValue));

        Assert.Contains(expected, Assert.Single(Errors.Items).Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.15", "0.15")]
    [InlineData("0", "0")]
    [InlineData("2.5e-7", "0.00000025")]
    public void TryDecimal_NotNegative_IsRead(string text, string expected)
    {
        Assert.True(Read(("Key", text)).TryDecimal("Key", out var value));
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), value);
    }

    [Theory]
    [InlineData("-0.01", "is negative")]
    [InlineData("five", "is not a number")]
    [InlineData("0,15", "is not a number")]
    [InlineData("$5", "is not a number")]
    [InlineData("1e40", "is too large")]
    public void TryDecimal_Bad_IsAMistake(string text, string problem)
    {
        Assert.False(Read(("Key", text)).TryDecimal("Key", out var value));

        Assert.Equal(0, value);
        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a number of at least 0, with a point for decimals, such as 0.25.", Assert.Single(Errors.Items).ToString());
    }
}
