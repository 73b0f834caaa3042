using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Models;

namespace Sira.Gateway.Tests.Strategies;

public sealed class LowestCostTests
{
    private static readonly string LongPrompt = string.Join(' ', Enumerable.Repeat("word", 4000));

    [Fact]
    public async Task CachedShare_MakesTheEffectivePrice()
    {
        // By the list, 'list' is the cheaper; but 'warm' serves nine tenths of its input from the cache at a tenth of the price.
        await using var gateway = Create(Priced("list", 1m, 1m), Priced("warm", 1.5m, 1m, cached: 0.15m));
        Assert.Equal("a/list", gateway.Explain(text: LongPrompt).Target);

        gateway["warm"].CachedTokens = 1000;
        await gateway.WarmAsync("warm", 3);

        Assert.Equal("a/warm", gateway.Explain(text: LongPrompt).Target);
        Assert.Contains("expected cost $", gateway.Explain(text: LongPrompt).Candidates[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CachedShare_ThatGoes_IsForgottenWithinMinutes()
    {
        await using var gateway = Create(Priced("list", 1m, 1m), Priced("warm", 1.5m, 1m, cached: 0.15m));
        gateway["warm"].CachedTokens = 1000;
        await gateway.WarmAsync("warm", 100);
        Assert.Equal("a/warm", gateway.Explain(text: LongPrompt).Target);

        gateway["warm"].CachedTokens = 0;
        var began = gateway.Gateway.Clock.GetUtcNow();
        while (gateway.Explain(text: LongPrompt).Target == "a/warm")
        {
            await gateway.AskAsync(1, streaming: false, pause: TimeSpan.FromSeconds(10));
        }

        Assert.InRange(gateway.Gateway.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task CachedShare_WithoutACachedPrice_ChangesNothing()
    {
        await using var gateway = Create(Priced("plain", 1m, 1m));
        var before = gateway.ScoreOf("plain", Limit(10), LongPrompt);

        gateway["plain"].CachedTokens = 1000;
        await gateway.WarmAsync("plain", 3);

        Assert.Equal(before, gateway.ScoreOf("plain", Limit(10), LongPrompt));
    }

    [Fact]
    public async Task OutputTendency_CountsWhereTheRequestSetsNoLimit()
    {
        // 'talker' costs half as much for a token and writes five times as many.
        await using var gateway = Create(Priced("talker", 1m, 2m), Priced("terse", 1m, 4m));
        gateway["talker"].OutputTokens = static _ => 1000;
        gateway["terse"].OutputTokens = static _ => 200;
        Assert.Equal("a/talker", gateway.Explain().Target);

        await TeachBothAsync(gateway, "talker", "terse");

        Assert.Equal("a/terse", gateway.Explain().Target);
        Assert.Equal("a/talker", gateway.Explain(Limit(300)).Target);
    }

    [Fact]
    public async Task OutputTendency_StaysWhatItIs_WhenOnlyOneTargetIsAsked()
    {
        await using var gateway = Create(Priced("talker", 1m, 2m), Priced("terse", 1m, 4m));
        gateway["talker"].OutputTokens = static _ => 1000;
        gateway["terse"].OutputTokens = static _ => 200;
        await TeachBothAsync(gateway, "talker", "terse");

        await gateway.AskAsync(500, streaming: true, TimeSpan.FromSeconds(2));

        // What is known of a target that is not asked fades, so that it is tried again now and then.
        Assert.InRange(gateway["talker"].Calls, 10, 60);
    }

    [Fact]
    public async Task UnmeasuredTarget_IsReckonedLikeTheOthers_SoThatItsLowerPriceWins()
    {
        // What is known of 'dear' are very short answers; reckoned at a typical length, 'new' would look dearer for ever.
        await using var gateway = Create(Priced("dear", 4m, 4m), Priced("new", 1m, 2m));
        gateway["dear"].OutputTokens = static _ => 5;
        await TeachAsync(gateway, "dear", refusing: "new");

        Assert.Equal("a/new", gateway.Explain().Target);
    }

    [Fact]
    public async Task EqualPrices_StayEqual_WhenAnswersDifferByChance()
    {
        var random = new Random(3);
        await using var gateway = Create(Priced("m1", 1m, 2m), Priced("m2", 1m, 2m), Priced("m3", 1m, 2m), Priced("m4", 1m, 2m));
        foreach (var model in (string[])["m1", "m2", "m3", "m4"])
        {
            gateway[model].OutputTokens = _ => random.Next(50, 500);
        }

        await gateway.AskAsync(400, streaming: true, TimeSpan.FromSeconds(1));

        Assert.All((string[])["m1", "m2", "m3", "m4"], model => Assert.InRange(gateway[model].Calls, 40, 200));
    }

    [Fact]
    public async Task UnknownPrice_ComesLast_WhateverWasSeen()
    {
        await using var gateway = Create(new ModelDescriptor("unknown"), Priced("dear", 100m, 100m));
        gateway["unknown"].CachedTokens = 1000;
        await gateway.WarmAsync("unknown", 5);

        var candidates = gateway.Explain().Candidates;
        Assert.Equal(["a/dear", "a/unknown"], candidates.Select(candidate => candidate.Target));
        Assert.Contains("price unknown", candidates[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TieredPrice_HeedsTheCachedShare()
    {
        var pricing = new ModelPricing { Input = 1m, Output = 1m, CachedInput = 0.1m, Tiers = [new ModelPricingTier(100, new ModelPricing { Input = 2m, Output = 2m, CachedInput = 0.2m })] };
        await using var gateway = Create(new ModelDescriptor("tiered") { Pricing = pricing });
        var before = gateway.ScoreOf("tiered", Limit(1), LongPrompt);

        gateway["tiered"].CachedTokens = 1000;
        await gateway.WarmAsync("tiered", 1);

        Assert.InRange(gateway.ScoreOf("tiered", Limit(1), LongPrompt), before * 0.09, before * 0.11);
    }

    [Fact]
    public async Task HostileUsage_NeverMakesATargetCheaperThanItsCachedPrice()
    {
        await using var gateway = Create(Priced("liar", 1m, 1m, cached: 0.1m));
        gateway["liar"].CachedTokens = int.MaxValue;
        gateway["liar"].InputTokens = 1;
        await gateway.WarmAsync("liar", 3);
        gateway["liar"].InputTokens = -5;
        await gateway.WarmAsync("liar", 3);

        var exact = gateway.Explain(Limit(1), LongPrompt);
        Assert.InRange(gateway.ScoreOf("liar", Limit(1), LongPrompt), exact.EstimatedInputTokens * 0.099e-6, exact.EstimatedInputTokens * 0.102e-6);
    }

    private static TimedGateway Create(params ModelDescriptor[] models) => new(static route => route.Strategy(RoutingStrategies.LowestCost), models);

    private static ModelDescriptor Priced(string id, decimal input, decimal output, decimal? cached = null) =>
        new(id) { Pricing = new ModelPricing { Input = input, Output = output, CachedInput = cached } };

    private static ChatOptions Limit(int tokens) => new() { MaxOutputTokens = tokens };

    // Through the route, while the others refuse: a directly named target has a mix of its own.
    private static async Task TeachAsync(TimedGateway gateway, string model, string refusing)
    {
        gateway[refusing].Refuses = true;
        Assert.Equal("a/" + model, (await gateway.Gateway.AskAsync(streaming: true)).GetRouteDecision()!.Target);
        gateway[refusing].Refuses = false;
    }

    private static async Task TeachBothAsync(TimedGateway gateway, string one, string other)
    {
        for (var i = 0; i < 10; i++)
        {
            await TeachAsync(gateway, one, other);
            await TeachAsync(gateway, other, one);
        }
    }
}
