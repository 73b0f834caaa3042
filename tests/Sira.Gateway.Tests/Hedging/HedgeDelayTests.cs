using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Time;

namespace Sira.Gateway.Tests.Hedging;

/// <summary>How long a call is left alone: the target's own 95th percentile, within bounds.</summary>
public class HedgeDelayTests
{
    public static TheoryData<bool> Streaming => [false, true];

    private static PacedGateway Adaptive(double minimum = 100, double maximum = 10_000) => new(
        route => route.Configure(options =>
        {
            options.Hedging.Enabled = true;
            options.Hedging.MinDelay = TimeSpan.FromMilliseconds(minimum);
            options.Hedging.MaxDelay = TimeSpan.FromMilliseconds(maximum);
        }),
        options => options.MaxHedgeShare = 1);

    private static async Task<TimeSpan?> DelayAfterAsync(PacedGateway paced, bool streaming, int calls, Func<int, double> milliseconds)
    {
        paced.A.Milliseconds = number => number < calls ? milliseconds(number) : 60_000;
        for (var i = 0; i < calls; i++)
        {
            await paced.AskAsync(streaming);
        }

        var response = await paced.AskAsync(streaming);
        paced.AssertIdle();
        return response.GetRouteDecision()!.Attempts is [var first, { IsHedge: true } hedge] ? hedge.StartedAfter - first.StartedAfter : null;
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task Delay_IsTheTargetsOwn95thPercentile(bool streaming)
    {
        await using var paced = Adaptive();
        var random = new SeededRandomSource(3);

        // One in fifty takes two seconds, so that the 95th percentile is among the usual 400 to 600 ms.
        var delay = await DelayAfterAsync(paced, streaming, 200, number => number % 50 == 49 ? 2000 : 400 + random.Next(200));

        Assert.InRange(delay!.Value.TotalMilliseconds, 560, 700);
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task Delay_StaysWithinItsBounds_AndIsTheLongest_WhileLittleIsKnown(bool streaming)
    {
        foreach (var (calls, usual, expected) in new[] { (0, 500, 3000), (5, 500, 3000), (40, 10, 200), (40, 9000, 3000) })
        {
            await using var paced = Adaptive(minimum: 200, maximum: 3000);
            paced.B.Milliseconds = static _ => 20_000;
            Assert.Equal(TimeSpan.FromMilliseconds(expected), await DelayAfterAsync(paced, streaming, calls, _ => Math.Min(usual, calls > 5 ? usual : 100)));
        }
    }

    [Fact]
    public async Task Streams_AndWholeAnswers_AreMeasuredApart()
    {
        await using var paced = Adaptive();
        var stream = false;
        paced.A.Milliseconds = _ => stream ? 300 : 4000;
        for (var i = 0; i < 60; i++)
        {
            await paced.AskAsync(stream = i % 2 == 0);
        }

        paced.A.Milliseconds = static _ => 60_000;
        var ofStream = (await paced.AskAsync(streaming: true)).GetRouteDecision()!.Attempts[1].StartedAfter;
        var ofAnswer = (await paced.AskAsync(streaming: false)).GetRouteDecision()!.Attempts[1].StartedAfter;

        Assert.InRange(ofStream.TotalMilliseconds, 300, 400);
        Assert.InRange(ofAnswer.TotalMilliseconds, 4000, 5000);
    }
}
