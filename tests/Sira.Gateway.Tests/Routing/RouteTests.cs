using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Balancing;
using Sira.Models;

namespace Sira.Gateway.Tests.Routing;

public class RouteTests
{
    [Theory]
    [InlineData(null, "a/m1")]
    [InlineData("auto", "a/m1")]
    [InlineData("default", "a/m1")]
    [InlineData("@batch", "b/m2")]
    [InlineData("BATCH", "b/m2")]
    [InlineData("fast", "b/m2")]
    [InlineData("faster", "b/m2")]
    [InlineData("b/m2", "b/m2")]
    [InlineData("m2", "b/m2")]
    [InlineData("b/brand-new-model", "b/brand-new-model")]
    public async Task ModelId_Resolves(string? modelId, string target)
    {
        var a = new TestBackend("a");
        var b = new TestBackend("b");
        a["m1"].Reply("x");
        b["m2"].Reply("x");
        b["brand-new-model"].Reply("x");
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1")).AddRoute("batch", route => route.To("b/m2")).AddAlias("fast", "b/m2").AddAlias("faster", "fast"),
            a, b);

        var response = await gateway.AskAsync(streaming: false, new ChatOptions { ModelId = modelId });

        Assert.Equal(target, response.GetRouteDecision()!.Target);
    }

    [Fact]
    public async Task UnknownModelId_NamesTheNearest()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")).AddRoute("batch", route => route.To("a/m1")), new TestBackend("a"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "@bacth" }));

        Assert.Equal(RequestFailureKind.UnknownModel, exception.Kind);
        Assert.Contains("Did you mean 'batch'?", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Known: batch, default.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyedClient_IsItsRoute_AndAWrongKeyListsThoseThatExist()
    {
        var b = new TestBackend("b");
        b["m2"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")).AddRoute("batch", route => route.To("b/m2")), new TestBackend("a"), b);

        var response = await gateway.Keyed("batch").GetResponseAsync("Hello");

        Assert.Equal("b/m2", response.GetRouteDecision()!.Target);
        var exception = Assert.Throws<RequestFailedException>(() => gateway.Keyed("nope"));
        Assert.Contains("Known: batch, default.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesAndOptions_ReachTheBackend_WithTheTargetsModel_AndTheCallersStayUntouched()
    {
        var a = new TestBackend("a");
        a["m1"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);
        var options = new ChatOptions { ModelId = "default", Temperature = 0.3f, StopSequences = ["."] };

        await gateway.AskAsync(streaming: false, options, "the question");

        var call = Assert.Single(a["m1"].Calls);
        Assert.Equal("the question", Assert.Single(call.Messages).Text);
        Assert.Equal(("m1", 0.3f), (call.Options!.ModelId, call.Options.Temperature!.Value));
        Assert.Equal("default", options.ModelId);
        Assert.Null(options.AdditionalProperties);
    }

    [Fact]
    public async Task LowestCost_PicksTheCheapest_UnknownPriceLast()
    {
        var a = new TestBackend("a")
            .With(new ModelDescriptor("dear") { Pricing = new ModelPricing { Input = 5, Output = 20 } })
            .With(new ModelDescriptor("cheap") { Pricing = new ModelPricing { Input = 0.1m, Output = 0.4m } })
            .With(new ModelDescriptor("unknown"));
        a["cheap"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/unknown", "a/dear", "a/cheap").Strategy(RoutingStrategies.LowestCost)), a);

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        Assert.Equal(["a/cheap", "a/dear", "a/unknown"], decision.Candidates.Select(candidate => candidate.Target));
        Assert.Contains("expected cost $", decision.Candidates[0].Reason, StringComparison.Ordinal);
        Assert.Contains("price unknown", decision.Candidates[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LowestLatency_TriesColdTargets_ThenPrefersTheFast()
    {
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/slow", "a/fast").Strategy(RoutingStrategies.LowestLatency)), a);
        for (var i = 0; i < 20; i++)
        {
            a["slow"].Reply(_ => Answer(gateway, 2000));
            a["fast"].Reply(_ => Answer(gateway, 100));
        }

        for (var i = 0; i < 10; i++)
        {
            await gateway.AskAsync(streaming: false);
        }

        Assert.Equal((1, 9), (a["slow"].Calls.Count, a["fast"].Calls.Count));

        static ChatResponse Answer(TestGateway gateway, int milliseconds)
        {
            gateway.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "x")) { FinishReason = ChatFinishReason.Stop };
        }
    }

    [Fact]
    public async Task Weighted_DividesTraffic()
    {
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", 3).To("a/m2", 1).Strategy(RoutingStrategies.Weighted)), a);

        var chosen = Enumerable.Range(0, 4000).Select(_ => gateway.Sira.Explain([new ChatMessage(ChatRole.User, "Hello")]).Target).CountBy(target => target!).ToDictionary();

        Assert.InRange(chosen["a/m1"], 2850, 3150);
    }

    [Fact]
    public async Task DeploymentsOfOneModel_AreBalanced_BeforeTheNextModelIsTried()
    {
        var east = new TestBackend("east").With(new ModelDescriptor("gpt") { CanonicalId = "gpt" });
        var west = new TestBackend("west").With(new ModelDescriptor("gpt-deployment") { CanonicalId = "gpt" });
        var other = new TestBackend("other");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("east/gpt", "west/gpt-deployment", "other/m").Balancer(LoadBalancers.RoundRobin)), east, west, other);
        for (var i = 0; i < 5; i++)
        {
            east["gpt"].Reply("x");
            west["gpt-deployment"].Reply("x");
        }

        for (var i = 0; i < 10; i++)
        {
            await gateway.AskAsync(streaming: i % 2 == 0);
        }

        Assert.Equal((5, 5, 0), (east["gpt"].Calls.Count, west["gpt-deployment"].Calls.Count, other["m"].Calls.Count));
    }

    [Fact]
    public async Task Fallbacks_KeepTheirOrder_WhateverTheStrategySays()
    {
        var a = new TestBackend("a").With(new ModelDescriptor("free") { Pricing = new ModelPricing { Input = 0, Output = 0 } });
        a["main"].Throw(Scripted.Error(BackendErrorKind.ModelNotFound));
        a["first"].Throw(Scripted.Error(BackendErrorKind.ModelNotFound));
        a["free"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/main").FallBackTo("a/first", "a/free").Strategy(RoutingStrategies.LowestCost)), a);

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        Assert.Equal(["a/main", "a/first", "a/free"], decision.Attempts.Select(attempt => attempt.Target));
    }

    [Fact]
    public async Task OwnStrategy_IsFoundByName()
    {
        var a = new TestBackend("a");
        a["second"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddStrategy<LastFirst>().AddRoute("default", route => route.To("a/first", "a/second").Strategy("last-first")), a);

        Assert.Equal("a/second", (await gateway.AskAsync(streaming: false)).GetRouteDecision()!.Target);
    }

    [Fact]
    public async Task Explain_DecidesWithoutCalling()
    {
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        var decision = gateway.Sira.Explain([new ChatMessage(ChatRole.User, "Hello")]);

        Assert.Equal("a/m1", decision.Target);
        Assert.Empty(decision.Attempts);
        Assert.Empty(a["m1"].Calls);
        Assert.Contains("route 'default'", decision.ToString(), StringComparison.Ordinal);
    }

    private sealed class LastFirst : IRoutingStrategy
    {
        public string Name => "last-first";

        public double Score(in StrategyContext candidate) => -candidate.Target.Position;

        public string Describe(double score) => "later is better";
    }
}
