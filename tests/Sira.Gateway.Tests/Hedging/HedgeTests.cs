using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Hedging;

/// <summary>Who wins, who is cancelled and billed, and what happens when one of the two fails, or both.</summary>
public class HedgeTests
{
    private static readonly bool[] Modes = [false, true];

    public static TheoryData<bool> Streaming => [.. Modes];

    private static PacedGateway Hedged(double delay = 1000, Action<RouteBuilder>? route = null, Action<GatewayOptions>? gateway = null) => new(
        builder =>
        {
            builder.Configure(options =>
            {
                options.Hedging.Enabled = true;
                options.Hedging.Delay = TimeSpan.FromMilliseconds(delay);
            });
            route?.Invoke(builder);
        },
        gateway);

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task SlowCall_IsSentToAnother_WhichWins_AndTheLoserIsCancelledAndBilled(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 10_000;
        var before = paced.Gateway.Clock.GetUtcNow();

        var response = await paced.AskAsync(streaming);

        Assert.Equal(TimeSpan.FromMilliseconds(streaming ? 1101 : 1100), paced.Gateway.Clock.GetUtcNow() - before);
        var decision = response.GetRouteDecision()!;
        Assert.Equal("b/n", decision.Target);
        Assert.Equal([("a/m", BackendErrorKind.Cancelled, false), ("b/n", null, true)], decision.Attempts.Select(static attempt => (attempt.Target, attempt.Error, attempt.IsHedge)));
        Assert.Equal((1, 1, 0), (paced.A.Calls, paced.A.Cancelled, paced.B.Cancelled));
        var (loser, winner) = (decision.Attempts[0], decision.Attempts[1]);
        Assert.True(loser.IsEstimated && loser.Cost > 0 && loser.CostBound > loser.Cost, $"{loser}");
        Assert.Equal((false, 0.0018m, null), (winner.IsEstimated, winner.Cost, winner.CostBound));
        Assert.Equal(loser.Cost + winner.Cost, paced.Ledger().Cost);
        Assert.Equal((1L, 1L, loser.Cost!.Value), (paced.Ledger("a/m").Cancelled, paced.Ledger("b/n").Answered, paced.Ledger().EstimatedCost));
        Assert.Equal(20, response.Usage!.OutputTokenCount);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task FirstThatAnswersAfterAll_Wins_AndTheHedgeIsCancelledAndBilled(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 1500;
        paced.B.Milliseconds = static _ => 10_000;

        var response = await paced.AskAsync(streaming);

        var decision = response.GetRouteDecision()!;
        Assert.Equal("a/m", decision.Target);
        Assert.Equal([(null, false), (BackendErrorKind.Cancelled, true)], decision.Attempts.Select(static attempt => (attempt.Error, attempt.IsHedge)));
        Assert.True(decision.Attempts[1] is { IsEstimated: true, Cost: > 0 });
        Assert.Equal(1, paced.B.Cancelled);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task CallThatIsQuickEnough_IsNotHedged(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 999;

        var response = await paced.AskAsync(streaming);

        Assert.Single(response.GetRouteDecision()!.Attempts);
        Assert.Equal(0, paced.B.Calls);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task FirstThatFailsWhileTheHedgeRuns_LeavesItToTheHedge(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 1500;
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        paced.B.Milliseconds = static _ => 2000;

        var response = await paced.AskAsync(streaming);

        var attempts = response.GetRouteDecision()!.Attempts;
        Assert.Equal([("a/m", BackendErrorKind.ServerError), ("b/n", (BackendErrorKind?)null)], attempts.Select(static attempt => (attempt.Target, attempt.Error)));
        Assert.Equal(500, attempts[0].StatusCode);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task HedgeThatFails_LeavesItToTheFirst(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 3000;
        paced.B.Failure = static _ => Scripted.Error(BackendErrorKind.Overloaded, 503);

        var response = await paced.AskAsync(streaming);

        Assert.Equal("a/m", response.GetRouteDecision()!.Target);
        Assert.Equal([null, BackendErrorKind.Overloaded], response.GetRouteDecision()!.Attempts.Select(static attempt => attempt.Error));
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task BothFail_AndTheCallGoesOnAsUsual_WithoutASecondHedge(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 1500;
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        paced.B.Failure = static number => number < 2 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
        paced.B.Milliseconds = static number => number == 0 ? 2000 : 1500;

        var response = await paced.AskAsync(streaming);

        Assert.Equal("hello", response.Text);
        Assert.Equal([("a/m", false), ("b/n", true), ("b/n", false), ("b/n", false)], response.GetRouteDecision()!.Attempts.Select(static attempt => (attempt.Target, attempt.IsHedge)));
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task BothFailForGood_WithTheUsualError(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 1500;
        paced.A.Failure = paced.B.Failure = static _ => Scripted.Error(BackendErrorKind.ModelNotFound, 404);
        paced.B.Milliseconds = static _ => 700;

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming));

        Assert.Equal((RequestFailureKind.AttemptsFailed, 2), (failure.Kind, failure.Decision!.Attempts.Count));
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task CallersMistake_EndsTheRace(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 1200;
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.BadRequest, 400);
        paced.B.Milliseconds = static _ => 9000;

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming));

        Assert.Equal(BackendErrorKind.BadRequest, failure.BackendError);
        Assert.Equal((1, 1), (paced.B.Calls, paced.B.Cancelled));
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task RequestAsksForIt_OrAgainstIt(bool streaming)
    {
        foreach (var (enabled, asked, hedged) in new (bool, bool?, bool)[] { (false, true, true), (true, false, false), (true, null, true), (false, null, false) })
        {
            await using var paced = Hedged(route: route => route.Configure(options => options.Hedging.Enabled = enabled));
            paced.A.Milliseconds = static _ => 5000;

            var response = await paced.AskAsync(streaming, new SiraChatOptions { Routing = new RoutingOptions { Hedge = asked } });

            Assert.Equal(hedged ? 2 : 1, response.GetRouteDecision()!.Attempts.Count);
        }
    }

    [Fact]
    public async Task StreamThatHasBegun_IsNotHedged()
    {
        await using var paced = Hedged(delay: 50);
        paced.A.Milliseconds = static _ => 10;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            await foreach (var _ in paced.Gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                // A reader that takes its time, and a stream that is slow after its first token, are no reason.
                await Kernel.Time.InlineDelay.WaitAsync(TimeSpan.FromSeconds(5), paced.Gateway.Clock, CancellationToken.None);
            }
        });

        Assert.Equal((1, 0), (paced.A.Calls, paced.B.Calls));
        paced.AssertIdle();
    }
}
