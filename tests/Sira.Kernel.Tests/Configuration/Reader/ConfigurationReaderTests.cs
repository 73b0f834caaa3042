using System.Globalization;

namespace Sira.Kernel.Tests.Configuration.Reader;

public sealed class ConfigurationReaderTests : ReaderFixture
{
    [Fact]
    public void TryString_Text_IsReadAsItIs()
    {
        var reader = Read(("Name", " a b "));

        Assert.True(reader.TryString("Name", out var value));
        Assert.True(reader.TryString("nAmE", out _));
        Assert.Equal(" a b ", value);
        Assert.Empty(Errors.Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void TryAny_BlankOrAbsent_IsAbsentAndNoMistake(string? text)
    {
        var reader = Read(("Key", text));

        foreach (var key in new[] { "Key", "Missing" })
        {
            Assert.False(reader.TryString(key, out var value));
            Assert.Equal(string.Empty, value);
            Assert.False(reader.TryInt32(key, out _));
            Assert.False(reader.TryDouble(key, out _));
            Assert.False(reader.TryDecimal(key, out _));
            Assert.False(reader.TryBoolean(key, out _));
            Assert.False(reader.TryDuration(key, out _));
            Assert.False(reader.TryUri(key, out _));
            Assert.False(reader.TryEnum<Strategy>(key, out _));
            Assert.False(reader.TryStrings(key, out var values));
            Assert.Empty(values);
            Assert.False(reader.TryMap(key, out var map));
            Assert.Empty(map);
            Assert.False(reader.TrySection(key, out _));
            Assert.Empty(reader.Children(key));
        }

        Assert.Empty(Errors.Items);
    }

    [Fact]
    public void TryScalar_OfASection_IsAMistake()
    {
        var reader = Read(("Key:Nested", "1"));

        Assert.False(reader.TryString("Key", out _));
        Assert.False(reader.TryInt32("Key", out _));

        Assert.Equal(2, Errors.Items.Count);
        Assert.All(Errors.Items, error => Assert.Equal("Sira:Key: is a section, but a single value is expected. Write one value instead of nested keys.", error.ToString()));
    }

    [Theory]
    [InlineData("sk-proj-abc")]
    [InlineData("AIzaSyD-1234")]
    [InlineData("0a1b2c3d4e5f60718293a4b5c6d7e8f9")]
    public void TryAny_ValueThatMayBeAKey_IsNotShown(string secret)
    {
        var reader = Read(("Address", secret), ("Count", secret), ("Nested", secret), ("Children:openai", secret));

        Assert.False(reader.TryUri("Address", out _));
        Assert.False(reader.TryInt32("Count", out _));
        Assert.False(reader.TrySection("Nested", out _));
        Assert.Empty(reader.Children("Children"));

        Assert.Equal(
            [
                "Sira:Address: the value is not an http or https address. Write an absolute address, such as https://api.example.com/v1.",
                "Sira:Count: the value is not a whole number. Write a whole number.",
                "Sira:Nested: holds a single value, but a section is expected. Write nested keys instead.",
                "Sira:Children:openai: holds a single value, but a section is expected. Write nested keys instead.",
            ],
            Errors.Items.Select(error => error.ToString()));
    }

    [Fact]
    public void ReportUnknownKeys_KeyNobodyReads_SuggestsTheNearest()
    {
        var reader = Read(("Strategi", "secret"), ("TARGETS:0", "a"), ("Retry:Attempts", "3"), ("Nonsense:Deep", "1"));
        reader.TryString("Strategy", out _);
        reader.TryStrings("Targets", out _);
        reader.TrySection("Retry", out _);

        reader.ReportUnknownKeys();

        Assert.Equal(
            [
                "Sira:Nonsense: unknown key 'Nonsense'. Known: Retry, Strategy, Targets.",
                "Sira:Strategi: unknown key 'Strategi'. Did you mean 'Strategy'? Known: Retry, Strategy, Targets.",
            ],
            Errors.Items.Select(error => error.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ReportUnknownKeys_WrongValueOfAKnownKey_IsNotUnknown()
    {
        var reader = Read(("Count", "x"));
        reader.TryInt32("Count", out _);

        reader.ReportUnknownKeys();

        Assert.Single(Errors.Items);
    }

    [Fact]
    public void Read_UnderAnotherCulture_IsTheSame()
    {
        var culture = CultureInfo.CurrentCulture;
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        odd.NumberFormat.NumberDecimalSeparator = ",";
        odd.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = odd;
            var reader = Read(("Double", "-0.5"), ("Decimal", "0.5"), ("Int", "-3"), ("Duration", "1.5h"), ("Bad", "x"));

            Assert.True(reader.TryDouble("Double", out var number) && number == -0.5);
            Assert.True(reader.TryDecimal("Decimal", out var money) && money == 0.5m);
            Assert.True(reader.TryInt32("Int", out var count) && count == -3);
            Assert.True(reader.TryDuration("Duration", out var duration) && duration == TimeSpan.FromMinutes(90));
            Assert.False(reader.TryInt32("Bad", out _, -5, 5));
            Assert.Contains("from -5 to 5", Assert.Single(Errors.Items).Fix, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
