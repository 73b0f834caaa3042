using Sira.Backends.RateLimits;

namespace Sira.Backends.Tests.RateLimits;

public sealed class RetryAfterParserTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("retry-after: 12", 12)]
    [InlineData("retry-after: 1.5", 1.5)]
    [InlineData("retry-after: Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("retry-after: Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("retry-after: 2m", 120)]
    [InlineData("retry-after-ms: 250", 0.25)]
    [InlineData("retry-after-ms: 250|retry-after: 9", 9)]
    [InlineData("retry-after-ms: 250|retry-after: 0", 0.25)]
    [InlineData("retry-after-ms: 250|retry-after: soon", 0.25)]
    [InlineData("retry-after-ms: 250|x-ratelimit-reset: 9", 0.25)]
    [InlineData("retry-after: 3|x-ratelimit-reset-requests: 1s|x-ratelimit-remaining-requests: 0", 3)]
    [InlineData("retry-after-ms: 0|retry-after: 9", 9)]
    [InlineData("retry-after-ms: 0", 0)]
    [InlineData("x-ratelimit-reset: 45", 45)]
    [InlineData("x-ratelimit-reset: 1767225660", 60)]
    [InlineData("x-ratelimit-reset: 45|x-ratelimit-reset-requests: 9s|x-ratelimit-remaining-requests: 0", 45)]
    [InlineData("x-ratelimit-reset: 0|x-ratelimit-reset-requests: 9s", 9)]
    [InlineData("x-ratelimit-reset-requests-day: 33011.382867|x-ratelimit-remaining-requests-day: 14399|x-ratelimit-reset-tokens-minute: 11.38|x-ratelimit-remaining-tokens-minute: 0", 11.38)]
    [InlineData("x-ratelimit-reset-requests-day: 33011.5|x-ratelimit-remaining-requests-day: 0|x-ratelimit-reset-tokens-minute: 11.38|x-ratelimit-remaining-tokens-minute: 0", 33011.5)]
    [InlineData("x-ratelimit-reset-requests-day: 33011.5|x-ratelimit-reset-tokens-minute: 11.38", 11.38)]
    [InlineData("x-ratelimit-reset: 1767225660000", 60)]
    [InlineData("x-ratelimit-reset-requests: 1m26.4s", 86.4)]
    [InlineData("x-ratelimit-reset-tokens: 12ms", 0.012)]
    [InlineData("x-ratelimit-reset-requests: 6h0m0s|x-ratelimit-reset-tokens: 12ms", 0.012)]
    [InlineData("x-ratelimit-reset-requests: 6m0s|x-ratelimit-remaining-requests: 0|x-ratelimit-reset-tokens: 12ms|x-ratelimit-remaining-tokens: 500", 360)]
    [InlineData("x-ratelimit-reset-requests: 2s|x-ratelimit-remaining-requests: 0|x-ratelimit-reset-tokens: 7s|x-ratelimit-remaining-tokens: 0", 7)]
    [InlineData("anthropic-ratelimit-tokens-reset: 2026-01-01T00:00:20Z|anthropic-ratelimit-tokens-remaining: 0|anthropic-ratelimit-requests-reset: 2026-01-01T00:00:01Z|anthropic-ratelimit-requests-remaining: 9", 20)]
    [InlineData("ratelimit-reset: 7", 7)]
    [InlineData("retry-after: 99999999", 86400)]
    [InlineData("retry-after: 2000000", 86400)]
    [InlineData("x-ratelimit-reset: 99999999999999999999", 86400)]
    public void Parse_EachSpelling_GivesTheDelay(string headers, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Parse(headers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("retry-after: soon")]
    [InlineData("retry-after: -5")]
    [InlineData("retry-after-ms: -1")]
    [InlineData("retry-after-ms: NaN")]
    [InlineData("retry-after-ms: 1e300")]
    [InlineData("x-ratelimit-reset-tokens: 12 parsecs")]
    [InlineData("x-ratelimit-reset-tokens: ms")]
    [InlineData("x-ratelimit-reset-tokens: 1.2.3s")]
    [InlineData("x-ratelimit-remaining-tokens: 0")]
    public void Parse_NothingUsable_GivesNothing(string headers)
    {
        Assert.Null(Parse(headers));
    }

    [Fact]
    public void Parse_GarbageBeforeSomethingUsable_FallsThrough()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), Parse("retry-after: soon", body: TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Parse_BodyAndHeader_HeaderWins()
    {
        Assert.Equal(TimeSpan.FromSeconds(9), Parse("retry-after: 9", body: TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Parse_FailureThatIsNoLimit_IgnoresResetHeaders()
    {
        Assert.Null(Parse("x-ratelimit-reset-requests: 12ms", limited: false));
        Assert.Equal(TimeSpan.FromSeconds(9), Parse("x-ratelimit-reset-requests: 12ms|retry-after: 9", limited: false));
    }

    private static TimeSpan? Parse(string headers, TimeSpan? body = null, bool limited = true)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            Assert.True(response.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim()));
        }

        return RetryAfterParser.Parse(response.Headers, body, Now, limited);
    }
}
