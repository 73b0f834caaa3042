using Microsoft.Extensions.AI;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Strategies;

/// <summary>Unary answers take twenty times as long as first tokens. Neither kind may make a balancer misjudge a target for the other.</summary>
public sealed class MixedTrafficTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task PowerOfTwoChoices_MixedTraffic_StarvesNoTarget(int everyNthIsUnary)
    {
        await using var gateway = new TimedGateway(static route => route.Strategy(RoutingStrategies.Balanced), new ModelDescriptor("m1"), new ModelDescriptor("m2"));
        gateway["m1"].TokenMilliseconds = gateway["m2"].TokenMilliseconds = 100;

        for (var i = 0; i < 300; i++)
        {
            await gateway.AskAsync(1, streaming: i % everyNthIsUnary != 0);
        }

        Assert.InRange(gateway["m1"].Calls, 100, 200);
        Assert.InRange(gateway["m1"].Streams, 0.3 * (gateway["m1"].Streams + gateway["m2"].Streams), 0.7 * (gateway["m1"].Streams + gateway["m2"].Streams));
    }

    [Fact]
    public async Task PowerOfTwoChoices_OnlyOneTargetHasGivenUnaryAnswers_GetsItsShareOfStreams()
    {
        await using var gateway = new TimedGateway(static route => route.Strategy(RoutingStrategies.Balanced), new ModelDescriptor("m1"), new ModelDescriptor("m2"));
        gateway["m1"].TokenMilliseconds = gateway["m2"].TokenMilliseconds = 100;
        await gateway.AskAsync(20, streaming: true);

        // Another route, or a caller by name, has only unary calls for m1 all the while.
        var (before, beforeOther) = (gateway["m1"].Streams, gateway["m2"].Streams);
        for (var i = 0; i < 200; i++)
        {
            await gateway.WarmAsync("m1", 1);
            await gateway.AskAsync(1, streaming: true);
        }

        Assert.InRange(gateway["m1"].Streams - before, 60, 140);
        Assert.Equal(200, gateway["m1"].Streams - before + gateway["m2"].Streams - beforeOther);
    }

    [Fact]
    public async Task PowerOfTwoChoices_UnaryCalls_StillSeeWhoWritesSlowly()
    {
        await using var gateway = new TimedGateway(static route => route.Strategy(RoutingStrategies.Balanced), new ModelDescriptor("slow"), new ModelDescriptor("fast"));
        gateway["slow"].TokenMilliseconds = 100;

        await gateway.AskAsync(200, streaming: false);

        Assert.InRange(gateway["slow"].Calls, 1, 40);
    }

    [Fact]
    public async Task CallsUnderWay_CountForBothKinds()
    {
        await using var gateway = new TimedGateway(static route => route.Strategy(RoutingStrategies.Balanced), new ModelDescriptor("m1"), new ModelDescriptor("m2"));
        await gateway.WarmAsync("m1", 1, streaming: true);
        await gateway.WarmAsync("m2", 1, streaming: true);

        // Twenty unary calls are under way at m1: streams go to m2, except for those whose draws all fall on m1.
        var streams = (gateway["m1"].Streams, gateway["m2"].Streams);
        await gateway.Gateway.Clock.RunAsync(async () =>
        {
            var chat = gateway.Gateway.Chat;
            var unary = Enumerable.Range(0, 20).Select(_ => chat.GetResponseAsync("Hello", new ChatOptions { ModelId = "a/m1" })).ToArray();
            var asked = Enumerable.Range(0, 8).Select(_ => chat.GetStreamingResponseAsync("Hello").ToChatResponseAsync()).ToArray();
            await Task.WhenAll([.. unary, .. asked]);
        });

        Assert.InRange(gateway["m2"].Streams - streams.Item2, 6, 8);
        gateway.Gateway.AssertIdle();
    }
}
