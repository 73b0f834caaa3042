namespace Sira.Kernel.Tests.Configuration.Reader;

public sealed class ConfigurationReaderValueTests : ReaderFixture
{
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
        Assert.Equal($"Sira:Key: '{text}' is neither true nor false. Write true or false.", Assert.Single(Errors.Items).ToString());
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
        var error = Assert.Single(Errors.Items);
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
        Assert.Equal($"Sira:Key: '{text}' is not an http or https address. Write an absolute address, such as {suggested}.", Assert.Single(Errors.Items).ToString());
    }

    [Theory]
    [InlineData("https://me:hunter2@example.com")]
    [InlineData("ftp://me:hunter2@example.com")]
    [InlineData("me:hunter2@example.com")]
    public void TryUri_WithCredentials_IsAMistakeThatDoesNotShowThem(string text)
    {
        Assert.False(Read(("Key", text)).TryUri("Key", out _));
        Assert.DoesNotContain("hunter2", Assert.Single(Errors.Items).ToString(), StringComparison.Ordinal);
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
        Assert.Equal($"Sira:Key: {expected}", Assert.Single(Errors.Items).ToString());
    }
}
