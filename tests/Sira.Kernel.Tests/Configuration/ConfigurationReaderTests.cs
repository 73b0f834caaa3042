using System.Globalization;
using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    private readonly ConfigurationErrors errors = new();

    private enum Strategy
    {
        LowestCost,
        LowestLatency,
    }

    [Fact]
    public void TryString_Text_IsReadAsItIs()
    {
        var reader = Read(("Name", " a b "));

        Assert.True(reader.TryString("Name", out var value));
        Assert.True(reader.TryString("nAmE", out _));
        Assert.Equal(" a b ", value);
        Assert.Empty(errors.Items);
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

        Assert.Empty(errors.Items);
    }

    [Fact]
    public void TryScalar_OfASection_IsAMistake()
    {
        var reader = Read(("Key:Nested", "1"));

        Assert.False(reader.TryString("Key", out _));
        Assert.False(reader.TryInt32("Key", out _));

        Assert.Equal(2, errors.Items.Count);
        Assert.All(errors.Items, error => Assert.Equal("Sira:Key: is a section, but a single value is expected. Write one value instead of nested keys.", error.ToString()));
    }

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
        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a whole number from 1 to 10.", Assert.Single(errors.Items).ToString());
    }

    [Theory]
    [InlineData("0", 1, int.MaxValue, "'0' is less than 1. Write a whole number of at least 1.")]
    [InlineData("7", int.MinValue, 5, "'7' is more than 5. Write a whole number of at most 5.")]
    [InlineData("x", int.MinValue, int.MaxValue, "'x' is not a whole number. Write a whole number.")]
    [InlineData("99999999999", 0, int.MaxValue, "'99999999999' is too large. Write a whole number of at least 0.")]
    public void TryInt32_Bad_PrintsOnlyBoundsThatSomebodySet(string text, int minimum, int maximum, string expected)
    {
        Assert.False(Read(("Key", text)).TryInt32("Key", out _, minimum, maximum));

        Assert.Equal($"Sira:Key: {expected}", Assert.Single(errors.Items).ToString());
    }

    [Theory]
    [InlineData("0", "is less than 1")]
    [InlineData("many", "is not a whole number")]
    public void TryInt64_Bad_DoesNotPrintTheLargestNumberThereIs(string text, string problem)
    {
        Assert.False(Read(("Key", text)).TryInt64("Key", out _, minimum: 1));

        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a whole number of at least 1.", Assert.Single(errors.Items).ToString());
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
        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a number from 0 to 1, with a point for decimals.", Assert.Single(errors.Items).ToString());
    }

    [Theory]
    [InlineData("NaN", null, null, "a number, with")]
    [InlineData("-1", 0.5, null, "a number of at least 0.5, with")]
    [InlineData("2", null, 1.5, "a number of at most 1.5, with")]
    [InlineData("Infinity", null, null, "a number, with")]
    public void TryDouble_Bad_NamesTheBoundsThereAre(string text, double? minimum, double? maximum, string expected)
    {
        Assert.False(Read(("Key", text)).TryDouble("Key", out _, minimum ?? double.MinValue, maximum ?? double.MaxValue));

        Assert.Contains(expected, Assert.Single(errors.Items).Fix, StringComparison.Ordinal);
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
        Assert.Equal($"Sira:Key: '{text}' {problem}. Write a number of at least 0, with a point for decimals, such as 0.25.", Assert.Single(errors.Items).ToString());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData(" TRUE ", true)]
    public void TryBoolean_TrueOrFalse_IsRead(string text, bool expected)
    {
        Assert.True(Read(("Key", text)).TryBoolean("Key", out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    public void TryBoolean_Bad_IsAMistake(string text)
    {
        Assert.False(Read(("Key", text)).TryBoolean("Key", out _));
        Assert.Equal($"Sira:Key: '{text}' is neither true nor false. Write true or false.", Assert.Single(errors.Items).ToString());
    }

    [Theory]
    [InlineData("00:00:30", 30_000)]
    [InlineData("1.02:03:04.5", 93_784_500)]
    [InlineData("500ms", 500)]
    [InlineData("0s", 0)]
    [InlineData("30s", 30_000)]
    [InlineData("30 S", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData(" 1d ", 86_400_000)]
    [InlineData("infinite", -1)]
    [InlineData("Infinite", -1)]
    public void TryDuration_Written_IsRead(string text, long milliseconds)
    {
        Assert.True(Read(("Key", text)).TryDuration("Key", out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("00:30")]
    [InlineData("-5s")]
    [InlineData("-00:00:05")]
    [InlineData("+5s")]
    [InlineData("1h30m")]
    [InlineData("5 minutes")]
    [InlineData("ms")]
    [InlineData("s")]
    [InlineData("1,5h")]
    [InlineData("24:00:00")]
    [InlineData("999999999999d")]
    [InlineData("1e3s")]
    [InlineData("forever")]
    public void TryDuration_Bad_IsAMistakeThatShowsTheGrammar(string text)
    {
        Assert.False(Read(("Key", text)).TryDuration("Key", out var value));

        Assert.Equal(default, value);
        var error = Assert.Single(errors.Items);
        Assert.Equal("Sira:Key", error.Path);
        Assert.Equal($"'{text}' is not a duration.", error.Problem);
        Assert.Contains("500ms, 30s, 5m, 1.5h or 1d", error.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.example.com/v1")]
    [InlineData(" http://localhost:11434/v1 ")]
    public void TryUri_HttpAddress_IsRead(string text)
    {
        Assert.True(Read(("Key", text)).TryUri("Key", out var value));
        Assert.Equal(new Uri(text.Trim()), value);
    }

    [Theory]
    [InlineData("llm.acme.test/v1", "https://llm.acme.test/v1")]
    [InlineData("/v1", "https://api.example.com/v1")]
    [InlineData("not an address.", "https://api.example.com/v1")]
    [InlineData("ftp://example.com", "https://api.example.com/v1")]
    [InlineData("localhost:11434", "https://api.example.com/v1")]
    public void TryUri_Bad_IsAMistake(string text, string suggested)
    {
        Assert.False(Read(("Key", text)).TryUri("Key", out var value));

        Assert.Null(value);
        Assert.Equal($"Sira:Key: '{text}' is not an http or https address. Write an absolute address, such as {suggested}.", Assert.Single(errors.Items).ToString());
    }

    [Theory]
    [InlineData("https://me:hunter2@example.com")]
    [InlineData("ftp://me:hunter2@example.com")]
    [InlineData("me:hunter2@example.com")]
    public void TryUri_WithCredentials_IsAMistakeThatDoesNotShowThem(string text)
    {
        Assert.False(Read(("Key", text)).TryUri("Key", out _));
        Assert.DoesNotContain("hunter2", Assert.Single(errors.Items).ToString(), StringComparison.Ordinal);
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
            errors.Items.Select(error => error.ToString()));
    }

    [Fact]
    public void TryEnum_Name_IsReadIgnoringCase()
    {
        Assert.True(Read(("Key", "lowestlatency ")).TryEnum<Strategy>("Key", out var value));
        Assert.Equal(Strategy.LowestLatency, value);
    }

    [Theory]
    [InlineData("LowestCots", "unknown value 'LowestCots'. Did you mean 'LowestCost'? Known: LowestCost, LowestLatency.")]
    [InlineData("0", "unknown value '0'. Known: LowestCost, LowestLatency.")]
    [InlineData("LowestCost,LowestLatency", "unknown value 'LowestCost,LowestLatency'. Known: LowestCost, LowestLatency.")]
    public void TryEnum_Bad_IsAMistakeThatListsTheMembers(string text, string expected)
    {
        Assert.False(Read(("Key", text)).TryEnum<Strategy>("Key", out _));
        Assert.Equal($"Sira:Key: {expected}", Assert.Single(errors.Items).ToString());
    }

    [Fact]
    public void TryStrings_ArrayOrCommaSeparated_AreTheSame()
    {
        var reader = Read(("Text", "a, b c ,,d,"), ("Array:0", "a"), ("Array:1", " b c "), ("Array:2", ""), ("Array:10", "d"));

        Assert.True(reader.TryStrings("Text", out var text));
        Assert.True(reader.TryStrings("Array", out var array));

        Assert.Equal(["a", "b c", "d"], text);
        Assert.Equal(text, array);
        Assert.Empty(errors.Items);
    }

    [Fact]
    public void TryStrings_OnlySeparatorsOrBlankEntries_IsAbsent()
    {
        var reader = Read(("Text", " , ,"), ("Array:0", " "));

        Assert.False(reader.TryStrings("Text", out _));
        Assert.False(reader.TryStrings("Array", out _));
        Assert.Empty(errors.Items);
    }

    [Fact]
    public void TryStrings_BothOrNested_IsAMistake()
    {
        var reader = Read(("Both", "a"), ("Both:0", "b"), ("Nested:0", "a"), ("Nested:1:Name", "b"));

        Assert.False(reader.TryStrings("Both", out _));
        Assert.False(reader.TryStrings("Nested", out var values));

        Assert.Empty(values);
        Assert.Equal(["Sira:Both", "Sira:Nested:1"], errors.Items.Select(error => error.Path));
    }

    [Fact]
    public void TryMap_Entries_AreReadIgnoringTheCaseOfKeys()
    {
        var reader = Read(("Headers:X-Team", "blue "), ("Headers:X-Cleared", ""));

        Assert.True(reader.TryMap("Headers", out var values));

        Assert.Equal("blue", values["x-team"]);
        Assert.Single(values);
    }

    [Fact]
    public void TryMap_TextOrNested_IsAMistake()
    {
        var reader = Read(("Text", "a"), ("Nested:Good", "a"), ("Nested:Bad:Deep", "b"));

        Assert.False(reader.TryMap("Text", out _));
        Assert.False(reader.TryMap("Nested", out var values));

        Assert.Empty(values);
        Assert.Equal(["Sira:Text", "Sira:Nested:Bad"], errors.Items.Select(error => error.Path));
    }

    [Fact]
    public void TrySection_Child_IsReadUnderItsPath()
    {
        var reader = Read(("Retry:Attempts", "x"), ("Text", "a"));

        Assert.True(reader.TrySection("Retry", out var child));
        Assert.False(child.TryInt32("Attempts", out _, 1, 9));
        Assert.False(reader.TrySection("Text", out var none));

        Assert.Null(none);
        Assert.Equal(["Sira:Retry:Attempts", "Sira:Text"], errors.Items.Select(error => error.Path));
    }

    [Fact]
    public void Children_OfASection_AreOpenedByName()
    {
        var reader = Read(("Routes:default:Strategy", "a"), ("Routes:cheap:Strategy", "b"), ("Routes:empty", ""), ("Routes:wrong", "text"));

        var children = reader.Children("Routes").ToDictionary(child => child.Name, child => child.Reader);

        Assert.Equal(["cheap", "default", "empty"], children.Keys.Order());
        Assert.True(children["cheap"].TryString("Strategy", out var strategy));
        Assert.Equal("b", strategy);
        Assert.False(children["empty"].TryString("Strategy", out _));
        Assert.Equal("Sira:Routes:wrong: holds the single value 'text', but a section is expected. Write nested keys instead.", Assert.Single(errors.Items).ToString());
    }

    [Fact]
    public void Children_OfAText_IsOneMistake()
    {
        Assert.Empty(Read(("Routes", "default")).Children("Routes"));
        Assert.Equal("Sira:Routes", Assert.Single(errors.Items).Path);
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
            errors.Items.Select(error => error.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ReportUnknownKeys_WrongValueOfAKnownKey_IsNotUnknown()
    {
        var reader = Read(("Count", "x"));
        reader.TryInt32("Count", out _);

        reader.ReportUnknownKeys();

        Assert.Single(errors.Items);
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
            Assert.Contains("from -5 to 5", Assert.Single(errors.Items).Fix, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private ConfigurationReader Read(params (string Key, string? Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Sira:{value.Key}", value.Value)))
            .Build();
        return new ConfigurationReader(configuration.GetSection("Sira"), errors);
    }
}
