using Microsoft.Extensions.AI;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Balancing;
using Sira.Models;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Strategies;

public sealed class LowestLatencyTests
{
    [Fact]
    public async Task Streams_GoByTheFirstToken_NotByTheTimePerToken()
    {
        // litellm PR#40202: time to the first token divided by tokens made the slow one, which writes ten times as much, look fast.
        await using var gateway = Create();
        (gateway["slow"].FirstTokenMilliseconds, gateway["slow"].TokenMilliseconds) = (2000, 1);
        gateway["slow"].OutputTokens = static _ => 2000;
        (gateway["fast"].FirstTokenMilliseconds, gateway["fast"].TokenMilliseconds) = (400, 20);

        await gateway.AskAsync(50, streaming: true);

        Assert.InRange(gateway["slow"].Calls, 1, 3);
    }

    [Fact]
    public async Task UnaryCalls_GoByTheWholeTime_OfAnAnswerOfTheLikelyLength()
    {
        // 'slow' begins late and writes fast, so it is done earlier with an answer of 500 tokens: 2.5 s against 5.4 s.
        await using var gateway = Create();
        (gateway["slow"].FirstTokenMilliseconds, gateway["slow"].TokenMilliseconds) = (2000, 1);
        (gateway["fast"].FirstTokenMilliseconds, gateway["fast"].TokenMilliseconds) = (400, 10);
        gateway["slow"].OutputTokens = gateway["fast"].OutputTokens = static _ => 500;

        await gateway.AskAsync(30, streaming: false);

        Assert.InRange(gateway["fast"].Calls, 1, 3);
    }

    [Fact]
    public async Task UnaryCalls_OfAFewTokens_GoToWhoBeginsEarly()
    {
        await using var gateway = Create();
        (gateway["slow"].FirstTokenMilliseconds, gateway["slow"].TokenMilliseconds) = (2000, 1);
        (gateway["fast"].FirstTokenMilliseconds, gateway["fast"].TokenMilliseconds) = (400, 10);
        gateway["slow"].OutputTokens = gateway["fast"].OutputTokens = static call => call % 2 == 0 ? 500 : 100;
        await gateway.WarmAsync("slow", 20);
        await gateway.WarmAsync("fast", 20);

        Assert.Equal("a/fast", gateway.Explain(new ChatOptions { MaxOutputTokens = 10 }).Target);
        Assert.Equal("a/slow", gateway.Explain().Target);
    }

    [Fact]
    public async Task UnaryAndStreams_AreNotMixed()
    {
        // Whole answers of 'fast' take ten times as long as its first token. In one average with streams they would make it the slower.
        await using var gateway = Create();
        (gateway["slow"].FirstTokenMilliseconds, gateway["slow"].TokenMilliseconds) = (1000, 0);
        (gateway["fast"].FirstTokenMilliseconds, gateway["fast"].TokenMilliseconds) = (400, 40);
        await gateway.WarmAsync("slow", 2, streaming: true);
        await gateway.WarmAsync("fast", 2, streaming: true);
        await gateway.WarmAsync("fast", 5);

        await gateway.AskAsync(10, streaming: true);

        Assert.Equal((2, 17), (gateway["slow"].Calls, gateway["fast"].Calls));
    }

    [Fact]
    public async Task WithinATenth_TheBalancerPicks()
    {
        await using var gateway = new TimedGateway(
            static route => route.Strategy(RoutingStrategies.LowestLatency).Balancer(LoadBalancers.RoundRobin), new ModelDescriptor("slow"), new ModelDescriptor("fast"));
        gateway["slow"].FirstTokenMilliseconds = 500;
        gateway["fast"].FirstTokenMilliseconds = 510;

        await gateway.AskAsync(100, streaming: true);

        Assert.InRange(gateway["slow"].Calls, 48, 52);
    }

    [Fact]
    public async Task ColdTarget_GetsOneCallAtATime()
    {
        await using var gateway = Create();
        gateway["fast"].FirstTokenMilliseconds = 100;
        gateway["slow"].FirstTokenMilliseconds = 30_000;
        await gateway.WarmAsync("fast", 1, streaming: true);

        await gateway.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Gateway.Chat.GetStreamingResponseAsync("Hello").ToChatResponseAsync())));

        Assert.Equal(1, gateway["slow"].Calls);
    }

    [Fact]
    public async Task SlowTarget_IsTriedAgainNowAndThen_SoThatItsRecoveryIsNoticed()
    {
        await using var gateway = Create();
        gateway["slow"].FirstTokenMilliseconds = 5000;
        await gateway.AskAsync(50, streaming: true);
        Assert.Equal(1, gateway["slow"].Calls);

        // Sixty minutes at a call in ten seconds: 1 % of those that come after a minute without a sample.
        await gateway.AskAsync(360, streaming: true, TimeSpan.FromSeconds(10));
        Assert.InRange(gateway["slow"].Calls, 2, 12);

        gateway["slow"].FirstTokenMilliseconds = 50;
        await gateway.AskAsync(1000, streaming: true, TimeSpan.FromSeconds(10));
        Assert.True(gateway["slow"].Calls > 400, $"{gateway["slow"].Calls} calls");
    }

    [Fact]
    public async Task Exploration_IsBounded_HoweverManyCallsThereAre()
    {
        await using var gateway = Create();
        gateway["slow"].FirstTokenMilliseconds = 5000;
        gateway["fast"].FirstTokenMilliseconds = 10;
        gateway["fast"].TokenMilliseconds = 0;

        var began = gateway.Gateway.Clock.GetUtcNow();
        await gateway.AskAsync(20_000, streaming: true);

        var minutes = (gateway.Gateway.Clock.GetUtcNow() - began).TotalMinutes;
        Assert.InRange(gateway["slow"].Calls, 1, minutes + 2);
    }

    [Fact]
    public async Task WithoutUsage_TheLengthIsReckonedFromTheText()
    {
        await using var gateway = Create();
        gateway["slow"].ReportsUsage = gateway["fast"].ReportsUsage = false;
        (gateway["slow"].FirstTokenMilliseconds, gateway["slow"].TokenMilliseconds) = (500, 30);
        (gateway["fast"].FirstTokenMilliseconds, gateway["fast"].TokenMilliseconds) = (500, 10);
        gateway["slow"].OutputTokens = static _ => 100;
        gateway["fast"].OutputTokens = static _ => 400;

        await gateway.AskAsync(30, streaming: false);

        // The answer of 'fast' takes longer, since it is longer; the target is the faster all the same.
        Assert.InRange(gateway["slow"].Calls, 1, 3);
    }

    private static TimedGateway Create() => new(static route => route.Strategy(RoutingStrategies.LowestLatency), new ModelDescriptor("slow"), new ModelDescriptor("fast"));
}
