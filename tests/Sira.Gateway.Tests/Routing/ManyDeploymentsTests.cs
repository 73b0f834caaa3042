using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Balancing;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Routing;

/// <summary>Routes with so many deployments of one model that only a few of them are considered for a call.</summary>
public sealed class ManyDeploymentsTests
{
    private const int Count = 64;

    [Theory]
    [InlineData(RoutingStrategies.Ordered)]
    [InlineData(RoutingStrategies.LowestCost)]
    [InlineData(RoutingStrategies.HighestQuality)]
    [InlineData(RoutingStrategies.Balanced)]
    public async Task EveryDeployment_GetsItsShare(string strategy)
    {
        await using var gateway = Create(strategy, LoadBalancers.PowerOfTwoChoices);

        var chosen = Enumerable.Range(0, 100 * Count).Select(_ => gateway.Explain().Target!).CountBy(target => target).ToDictionary();

        Assert.Equal(Count, chosen.Count);
        Assert.All(chosen, pair => Assert.InRange(pair.Value, 50, 160));
    }

    [Fact]
    public async Task ThoseNotConsidered_AreCandidatesAllTheSame_AndSaySo()
    {
        await using var gateway = Create(RoutingStrategies.LowestCost, LoadBalancers.PowerOfTwoChoices);

        var decision = gateway.Explain();

        Assert.Equal(Count, decision.Candidates.Count);
        Assert.All(decision.Candidates, candidate => Assert.Null(candidate.Dropped));
        Assert.Equal(16, decision.Candidates.Count(candidate => candidate.Score is not null));
        Assert.All(decision.Candidates.Where(candidate => candidate.Score is null), candidate => Assert.Contains("not ranked", candidate.Reason, StringComparison.Ordinal));
        Assert.NotNull(decision.Candidates.Single(candidate => candidate.Target == decision.Target).Score);
    }

    [Fact]
    public async Task CheaperRun_IsPreferred_HoweverManyThereAreOfTheDearer()
    {
        await using var gateway = new TimedGateway(
            static route => route.Strategy(RoutingStrategies.LowestCost),
            [.. Enumerable.Range(0, Count).Select(number => Deployment(number, price: number < Count - 3 ? 2m : 1m))]);

        for (var i = 0; i < 200; i++)
        {
            Assert.Contains(gateway.Explain().Target, (string[])["a/m61", "a/m62", "a/m63"]);
        }
    }

    [Fact]
    public async Task LastOneThatCanAnswer_IsFoundAmongMany()
    {
        await using var gateway = Create(RoutingStrategies.LowestCost, LoadBalancers.PowerOfTwoChoices, route => route.Retry(retry => retry.MaxAttempts = Count));
        for (var i = 0; i < Count; i++)
        {
            gateway[$"m{i}"].Refuses = i != 17;
        }

        var decision = (await gateway.Gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        Assert.Equal("a/m17", decision.Target);
        Assert.Equal(decision.Attempts.Count, decision.Attempts.Select(attempt => attempt.Target).Distinct().Count());
    }

    [Fact]
    public async Task WhenNoneCanAnswer_EachIsTriedOnce_AndEachHasItsReason()
    {
        await using var gateway = Create(RoutingStrategies.Ordered, LoadBalancers.PowerOfTwoChoices, route => route.Retry(retry => retry.MaxAttempts = 1000));
        for (var i = 0; i < Count; i++)
        {
            gateway[$"m{i}"].Refuses = true;
        }

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.Gateway.AskAsync(streaming: true));

        Assert.Equal(Count, exception.Decision!.Attempts.Select(attempt => attempt.Target).Distinct().Count());
        Assert.Equal(Count, exception.Decision.Attempts.Count);
    }

    [Fact]
    public async Task Filter_DropsThemAll_EachWithTheReason()
    {
        await using var gateway = new TimedGateway(
            static route => route.Strategy(RoutingStrategies.LowestCost),
            [.. Enumerable.Range(0, Count).Select(number => Deployment(number, 1m) with { ContextWindow = number < 40 ? 10 : 100_000 })]);

        var decision = gateway.Explain(text: string.Join(' ', Enumerable.Repeat("word", 1000)));

        Assert.Equal(40, decision.Candidates.Count(candidate => candidate.Dropped == DropReason.ContextWindow));
        Assert.All(decision.Candidates, candidate => Assert.Equal(int.Parse(candidate.Target[3..], System.Globalization.CultureInfo.InvariantCulture) < 40, candidate.Dropped == DropReason.ContextWindow));
    }

    [Fact]
    public async Task OtherBalancers_SeeThemAll()
    {
        await using var hashed = Create(RoutingStrategies.LowestCost, LoadBalancers.ConsistentHash);
        for (var i = 0; i < 20; i++)
        {
            var options = new SiraChatOptions { Request = new RequestContext(0) { AffinityKey = $"conversation-{i}" } };
            Assert.Single(Enumerable.Range(0, 10).Select(_ => hashed.Explain(options).Target).Distinct());
        }

        await using var round = Create(RoutingStrategies.Balanced, LoadBalancers.RoundRobin);
        Assert.Equal(Count, Enumerable.Range(0, Count).Select(_ => round.Explain().Target).Distinct().Count());
    }

    [Fact]
    public async Task StrategiesThatTellDeploymentsApart_SeeThemAll()
    {
        await using var gateway = Create(RoutingStrategies.LeastBusy, LoadBalancers.PowerOfTwoChoices);
        await gateway.Gateway.Clock.RunAsync(async () =>
        {
            var busy = Enumerable.Range(0, Count).Where(number => number != 33).Select(number => gateway.Gateway.Chat.GetResponseAsync("Hello", new ChatOptions { ModelId = $"a/m{number}" })).ToArray();
            Assert.Equal("a/m33", gateway.Explain().Target);
            await Task.WhenAll(busy);
        });
    }

    private static TimedGateway Create(string strategy, string balancer, Action<RouteBuilder>? configure = null) => new(
        route =>
        {
            route.Strategy(strategy).Balancer(balancer);
            configure?.Invoke(route);
        },
        [.. Enumerable.Range(0, Count).Select(static number => Deployment(number, 1m))]);

    private static ModelDescriptor Deployment(int number, decimal price) =>
        new($"m{number}") { CanonicalId = "m", Quality = 0.5, Pricing = new ModelPricing { Input = price, Output = price } };
}
