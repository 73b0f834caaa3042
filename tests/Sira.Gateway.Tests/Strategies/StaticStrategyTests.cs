using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Balancing;
using Sira.Kernel.Configuration;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Strategies;

public sealed class StaticStrategyTests
{
    [Fact]
    public async Task HighestQuality_PicksTheBest_UnknownLast()
    {
        await using var gateway = Create(RoutingStrategies.HighestQuality, new("unknown"), new("nan") { Quality = double.NaN }, new("low") { Quality = 0.2 }, new("high") { Quality = 0.8 });

        var candidates = gateway.Explain().Candidates;

        Assert.Equal(["a/high", "a/low"], candidates.Select(candidate => candidate.Target).Take(2));
        Assert.Contains("quality 0.80", candidates[0].Reason, StringComparison.Ordinal);
        Assert.Contains("quality unknown", candidates[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HighestQuality_WithinHalfAHundredth_TheBalancerPicks()
    {
        await using var gateway = Create(RoutingStrategies.HighestQuality, new("m1") { Quality = 0.801 }, new("m2") { Quality = 0.799 }, new("m3") { Quality = 0.79 });

        await gateway.AskAsync(60, streaming: false);

        Assert.InRange(gateway["m1"].Calls, 15, 45);
        Assert.Equal(0, gateway["m3"].Calls);
    }

    [Fact]
    public async Task LeastBusy_CountsCallsByTheirTokens()
    {
        // One long document on m1, three greetings on m2.
        await using var gateway = Create(RoutingStrategies.LeastBusy, new("m1"), new("m2"));
        var chat = gateway.Gateway.Chat;
        await gateway.Gateway.Clock.RunAsync(async () =>
        {
            var running = new List<Task> { chat.GetResponseAsync(string.Join(' ', Enumerable.Repeat("word", 5000)), new ChatOptions { ModelId = "a/m1" }) };
            for (var i = 0; i < 3; i++)
            {
                running.Add(chat.GetResponseAsync("Hello", new ChatOptions { ModelId = "a/m2" }));
            }

            var decision = gateway.Explain();
            Assert.Equal("a/m2", decision.Target);
            Assert.Contains("tokens per weight under way", decision.Candidates[0].Reason, StringComparison.Ordinal);
            await Task.WhenAll(running);
        });

        gateway.Gateway.AssertIdle();
        Assert.All(gateway.Explain().Candidates, candidate => Assert.Contains("idle", candidate.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task LeastBusy_HeedsWeight()
    {
        var backend = new TestBackend("a");
        var clients = new Dictionary<string, TimedChatClient>();
        foreach (var model in (string[])["m1", "m2"])
        {
            backend.Own[model] = clients[model] = new TimedChatClient();
        }

        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", 3).To("a/m2", 1).Strategy(RoutingStrategies.LeastBusy)), backend);
        clients["m1"].Clock = clients["m2"].Clock = gateway.Clock;

        await gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.Chat.GetResponseAsync("Hello"))));

        Assert.InRange(clients["m1"].Calls, 28, 32);
    }

    [Fact]
    public async Task LeastBusy_FailedAndAbandonedCalls_LeaveNothingBehind()
    {
        await using var gateway = Create(RoutingStrategies.LeastBusy, new("m1"), new("m2"));
        gateway["m1"].Refuses = true;
        using var cancellation = new CancellationTokenSource();
        await gateway.Gateway.Clock.RunAsync(async () =>
        {
            var running = gateway.Gateway.Chat.GetResponseAsync("Hello", cancellationToken: cancellation.Token);
            await Sira.Kernel.Time.InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(100), gateway.Gateway.Clock, CancellationToken.None);
            cancellation.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        });

        Assert.All(gateway.Explain().Candidates, candidate => Assert.Equal(0, candidate.Score));
    }

    [Fact]
    public async Task Balanced_MakesAllEqual_AndTheRoutesBalancerPicks()
    {
        await using var gateway = new TimedGateway(
            static route => route.Strategy(RoutingStrategies.Balanced).Balancer(LoadBalancers.RoundRobin), new ModelDescriptor("m1"), new ModelDescriptor("m2"), new ModelDescriptor("m3"));

        await gateway.AskAsync(30, streaming: true);

        Assert.Equal((10, 10, 10), (gateway["m1"].Calls, gateway["m2"].Calls, gateway["m3"].Calls));
    }

    [Theory]
    [InlineData(LoadBalancers.RoundRobin)]
    [InlineData("ROUND-ROBIN")]
    public async Task BalancersName_IsAStrategy(string name)
    {
        await using var gateway = Create(name, new("m1"), new("m2"));

        await gateway.AskAsync(20, streaming: false);

        Assert.Equal((10, 10), (gateway["m1"].Calls, gateway["m2"].Calls));
        Assert.Equal(LoadBalancers.RoundRobin, gateway.Explain().Strategy);
    }

    [Fact]
    public async Task ConsistentHash_AsStrategy_KeepsAKeyAtOneTarget()
    {
        await using var gateway = Create(LoadBalancers.ConsistentHash, [.. Enumerable.Range(0, 8).Select(number => new ModelDescriptor($"m{number}"))]);

        var targets = Enumerable.Range(0, 50).Select(number => Enumerable.Range(0, 5).Select(_ => TargetFor($"conversation-{number}")).Distinct().Single()).ToArray();

        Assert.InRange(targets.Distinct().Count(), 6, 8);

        string TargetFor(string key) => gateway.Explain(new SiraChatOptions { Request = new RequestContext(0) { AffinityKey = key } }).Target!;
    }

    [Theory]
    [InlineData(LoadBalancers.Ordered, "ordered: model number 1 of the route")]
    [InlineData(LoadBalancers.Weighted, "weighted: weighted draw")]
    [InlineData(LoadBalancers.LeastLoaded, "least-loaded: equal to the others, so a balancer picks")]
    [InlineData(LoadBalancers.PowerOfTwoChoices, "p2c: equal to the others, so a balancer picks")]
    public async Task EveryBalancersName_IsAccepted_ButAStrategysOwnNameIsThatStrategy(string name, string reason)
    {
        await using var gateway = Create(name, new("m1"), new("m2"));

        Assert.Contains(gateway.Explain().Candidates, candidate => candidate.Reason.StartsWith(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OwnBalancersName_IsAStrategyToo()
    {
        var backend = new TestBackend("a");
        backend["m2"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddBalancer<LastBalancer>().AddRoute("default", route => route.To("a/m1", "a/m2").Strategy("last")), backend);

        Assert.Equal("a/m2", (await gateway.AskAsync(streaming: false)).GetRouteDecision()!.Target);
    }

    [Fact]
    public async Task ConfigurationSection_TakesTheSameNames_AndListsThemWhenOneIsWrong()
    {
        var backend = new TestBackend("a");
        backend["m1"].Reply("x");
        await using var right = new TestGateway(null, Configure("most-headroom"), backend);
        Assert.Equal("most-headroom", (await right.AskAsync(streaming: false)).GetRouteDecision()!.Strategy);

        await using var wrong = new TestGateway(null, Configure("most-headrom"), backend);
        var exception = Assert.Throws<SiraConfigurationException>(() => wrong.Sira.Routes);
        Assert.Contains("Did you mean 'most-headroom'?", exception.Message, StringComparison.Ordinal);
        Assert.Contains("round-robin", exception.Message, StringComparison.Ordinal);
        Assert.Contains("balanced", exception.Message, StringComparison.Ordinal);

        static IConfigurationRoot Configure(string strategy) => new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Sira:Routes:default:Targets:0"] = "a/m1", ["Sira:Routes:default:Strategy"] = strategy })
            .Build();
    }

    private static TimedGateway Create(string strategy, params ModelDescriptor[] models) => new(route => route.Strategy(strategy), models);

    private sealed class LastBalancer : ILoadBalancer
    {
        public string Name => "last";

        public int Pick(ReadOnlySpan<Sira.Kernel.Registry.Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context) => candidates.Length - 1;
    }
}
