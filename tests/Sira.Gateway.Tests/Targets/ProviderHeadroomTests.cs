using Sira.Backends;
using Sira.Gateway.Targets;

namespace Sira.Gateway.Tests.Targets;

public sealed class ProviderHeadroomTests
{
    [Theory]
    [InlineData(50L, 100L, 60, 0, 0, 0.5)]
    [InlineData(50L, 100L, 60, 30, 0, 0.75)]
    [InlineData(50L, 100L, 60, 60, 0, 1.0)]
    [InlineData(50L, 100L, 60, 6000, 0, 1.0)]
    [InlineData(50L, 100L, null, 30, 0, 0.75)]
    [InlineData(50L, 100L, 60, 0, 20, 0.3)]
    [InlineData(10L, 100L, 60, 0, 20, 0.0)]
    [InlineData(500L, 100L, 60, 0, 0, 1.0)]
    [InlineData(-5L, 100L, 60, 0, 0, 0.0)]
    [InlineData(50L, 100L, 0, 0, 0, 1.0)]
    [InlineData(50L, 100L, -10, 0, 0, 1.0)]
    [InlineData(50L, null, 60, 0, 0, null)]
    [InlineData(0L, null, 60, 0, 0, 0.0)]
    [InlineData(0L, null, 60, 60, 0, null)]
    [InlineData(null, 100L, 60, 0, 0, null)]
    [InlineData(5L, 0L, 60, 0, 0, null)]
    public void Of_OneLimit(long? remaining, long? limit, int? reset, int elapsed, long inFlight, double? expected)
    {
        var after = reset is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var requests = new RateLimitStatus { At = 0, RemainingRequests = remaining, RequestLimit = limit, RequestReset = after };
        var tokens = new RateLimitStatus { At = 0, RemainingTokens = remaining, TokenLimit = limit, TokenReset = after };

        Assert.Equal(expected, Round(ProviderHeadroom.Of(requests, TimeSpan.FromSeconds(elapsed), inFlight, 0)));
        Assert.Equal(expected, Round(ProviderHeadroom.Of(tokens, TimeSpan.FromSeconds(elapsed), 0, inFlight)));

        static double? Round(double? value) => value is { } number ? Math.Round(number, 9) : null;
    }

    [Fact]
    public void Of_Both_TheScarcerCounts()
    {
        var status = new RateLimitStatus { At = 0, RemainingRequests = 90, RequestLimit = 100, RemainingTokens = 20, TokenLimit = 100 };

        Assert.Equal(0.2, ProviderHeadroom.Of(status, TimeSpan.Zero, 0, 0)!.Value, 9);
        Assert.Equal(0.1, ProviderHeadroom.Of(status, TimeSpan.Zero, 80, 0)!.Value, 9);
    }
}
