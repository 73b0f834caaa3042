using Sira.Backends;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Strategies;

public sealed class MostHeadroomTests
{
    [Fact]
    public async Task PicksWhereMostIsLeft_OfRequestsAndTokensTheScarcer()
    {
        await using var gateway = Create("m1", "m2", "m3");
        gateway.Backend.RateLimits["m1"] = Status(gateway) with { RemainingRequests = 90, RequestLimit = 100, RemainingTokens = 100, TokenLimit = 1000 };
        gateway.Backend.RateLimits["m2"] = Status(gateway) with { RemainingRequests = 40, RequestLimit = 100, RemainingTokens = 900, TokenLimit = 1000 };
        gateway.Backend.RateLimits["m3"] = Status(gateway) with { RemainingRequests = 5, RequestLimit = 100 };

        var candidates = gateway.Explain().Candidates;

        Assert.Equal(["a/m2", "a/m1", "a/m3"], candidates.Select(candidate => candidate.Target));
        Assert.Contains("about 40 % of its rate limits left", candidates[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_CountsAsHalf()
    {
        await using var gateway = Create("little", "unknown", "much");
        gateway.Backend.RateLimits["little"] = Status(gateway) with { RemainingRequests = 30, RequestLimit = 100 };
        gateway.Backend.RateLimits["much"] = Status(gateway) with { RemainingRequests = 70, RequestLimit = 100 };

        var candidates = gateway.Explain().Candidates;

        Assert.Equal(["a/much", "a/unknown", "a/little"], candidates.Select(candidate => candidate.Target));
        Assert.Contains("50 % of its rate limits left, or unknown", candidates[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsUsed_RecoversEvenly_UntilTheReset()
    {
        await using var gateway = Create("m1", "m2");
        gateway.Backend.RateLimits["m1"] = Status(gateway) with { RemainingRequests = 0, RequestLimit = 100, RequestReset = TimeSpan.FromSeconds(20) };
        gateway.Backend.RateLimits["m2"] = Status(gateway) with { RemainingRequests = 70, RequestLimit = 100, RequestReset = TimeSpan.FromHours(10) };
        Assert.Equal("a/m2", gateway.Explain().Target);

        gateway.Gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0.5, gateway.ScoreOf("m1"), 3);
        Assert.Equal("a/m2", gateway.Explain().Target);

        gateway.Gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a/m1", gateway.Explain().Target);
    }

    [Fact]
    public async Task CallsUnderWay_AreTakenOff_SoThatABurstSpreads()
    {
        await using var gateway = Create("m1", "m2");
        foreach (var model in (string[])["m1", "m2"])
        {
            gateway.Backend.RateLimits[model] = Status(gateway) with { RemainingRequests = model == "m1" ? 20 : 18, RequestLimit = 20 };
        }

        await gateway.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Gateway.Chat.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hello")]))));

        Assert.InRange(gateway["m1"].Calls, 8, 14);
        gateway.Gateway.AssertIdle();
    }

    [Fact]
    public async Task EqualHeadroom_IsBalanced()
    {
        await using var gateway = Create("m1", "m2");
        gateway.Backend.RateLimits["m1"] = Status(gateway) with { RemainingRequests = 800, RequestLimit = 1000 };
        gateway.Backend.RateLimits["m2"] = Status(gateway) with { RemainingRequests = 801, RequestLimit = 1000 };

        await gateway.AskAsync(60, streaming: true);

        Assert.InRange(gateway["m1"].Calls, 15, 45);
    }

    private static TimedGateway Create(params string[] models) =>
        new(static route => route.Strategy(RoutingStrategies.MostHeadroom), [.. models.Select(model => new ModelDescriptor(model))]);

    private static RateLimitStatus Status(TimedGateway gateway) => new() { At = gateway.Gateway.Clock.GetTimestamp() };
}
