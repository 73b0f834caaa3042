using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Caching;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

/// <summary>The cache over the real wires.</summary>
public class CacheTests
{
    public static TheoryData<string, bool, bool> Cases => [.. SimulatedSira.Wires.SelectMany(wire => new[] { (wire, false, false), (wire, false, true), (wire, true, false), (wire, true, true) })];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AnswersOfEveryWire_AreKept_AndAConversationGoesOn(string wire, bool first, bool second)
    {
        await using var sira = new SimulatedSira(wire, configure: builder => builder.UseCache());

        var asked = await sira.AskAsync(first);
        var hit = await sira.AskAsync(second);

        Assert.Equal(1, sira.Primary.RequestCount);
        Assert.Equal(CacheOutcome.Hit, hit.GetCacheStatus()!.Outcome);
        Assert.Equal(asked.GetRouteDecision()!.Target, hit.GetCacheStatus()!.Target);
        Assert.Equal(asked.Text, hit.Text);
        Assert.Equal(asked.Usage!.InputTokenCount, hit.Usage!.InputTokenCount);

        // The answer of the model and that of the cache are the same history; only the responses wire sends back raw parts of its own answer, which the cache does not keep.
        await AskFurther(asked);
        var further = await AskFurther(hit);
        Assert.Equal(wire == "responses" && !first ? CacheOutcome.Miss : CacheOutcome.Hit, further.GetCacheStatus()!.Outcome);
        Assert.Equal(CacheOutcome.Hit, (await AskFurther(await sira.AskAsync(first))).GetCacheStatus()!.Outcome);

        Task<ChatResponse> AskFurther(ChatResponse response) =>
            sira.Clock.RunAsync(() => sira.Chat.GetResponseAsync([new ChatMessage(ChatRole.User, "Tell me about bridges."), .. response.Messages, new ChatMessage(ChatRole.User, "And tunnels?")]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhenAllProvidersAreDown_AStaleAnswerIsGiven(bool streaming)
    {
        await using var sira = new SimulatedSira("chat", configure: builder => builder.UseCache(cache => (cache.TimeToLive, cache.StaleFor) = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1))));
        var asked = await sira.AskAsync(streaming);
        sira.Clock.Advance(TimeSpan.FromMinutes(2));
        sira.Primary.Faults.Always(Fault.Unavailable());
        sira.Secondary.Faults.Always(Fault.ConnectionRefused());

        var stale = await sira.AskAsync(streaming);

        Assert.Equal((asked.Text, CacheOutcome.StaleHit, DegradedMode.StaleCache), (stale.Text, stale.GetCacheStatus()!.Outcome, stale.GetCacheStatus()!.Degraded));
    }

    [Fact]
    public async Task ToolLoopInside_IsNotCachedWhenAToolRan_AndStagesOutsideSeeTheHit()
    {
        var runs = 0;
        var tool = AIFunctionFactory.Create((string city) => $"{++runs} in {city}", "get_weather", "The weather.");
        await using var sira = new SimulatedSira("chat", configure: builder => builder.UseTelemetry().UseCache().UseTools());

        for (var i = 1; i <= 2; i++)
        {
            await sira.AskAsync(streaming: false, new ChatOptions { Tools = [tool] }, "What is the weather in Oslo?");
            Assert.Equal(i, runs);
        }
    }
}
