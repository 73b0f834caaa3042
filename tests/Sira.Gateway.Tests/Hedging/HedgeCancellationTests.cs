using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Tests.Support;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Hedging;

/// <summary>Callers that cancel at any time, and losers that do not end when they are told to.</summary>
public class HedgeCancellationTests
{
    // How long a cancelled backend has to end.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    public static TheoryData<bool> Streaming => [false, true];

    private static PacedGateway Hedged() => new(
        static route => route.Configure(static options => (options.Hedging.Enabled, options.Hedging.Delay) = (true, TimeSpan.FromMilliseconds(500))),
        static options => options.MaxHedgeShare = 1);

    public static TheoryData<bool, int> Moments => new(from streaming in (bool[])[false, true] from at in (int[])[1, 250, 499, 500, 501, 700, 999, 1000, 1001, 1002] select (streaming, at));

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task CallerThatCancels_AtAnyTime_EndsBoth_AndBothAreBilled(bool streaming, int at)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 4000;
        paced.B.Milliseconds = static _ => 500;
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(at), paced.Gateway.Clock);
        var before = paced.Gateway.Clock.GetUtcNow();

        var thrown = await Record.ExceptionAsync(() => paced.AskAsync(streaming, cancellationToken: source.Token));

        if (thrown is not null)
        {
            Assert.IsAssignableFrom<OperationCanceledException>(thrown);
            Assert.Equal(at, (paced.Gateway.Clock.GetUtcNow() - before).TotalMilliseconds);
            Assert.InRange(at, 1, streaming ? 1001 : 1000);
        }

        Assert.Equal(at <= 499 ? 0 : 1, at == 500 ? 1 : paced.B.Calls);
        var ledger = paced.Ledger();
        Assert.Equal(1 + paced.B.Calls, ledger.Attempts);
        Assert.Equal(0, ledger.Failed);
        Assert.True(ledger.Cost > 0);
        source.Dispose();
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task DeafLoser_HoldsTheCaller_NoLongerThanTheGrace(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 60_000;
        paced.A.IsDeaf = true;
        var before = paced.Gateway.Clock.GetUtcNow();

        var response = await paced.AskAsync(streaming);

        Assert.Equal("b/n", response.GetRouteDecision()!.Target);
        Assert.InRange(paced.Gateway.Clock.GetUtcNow() - before, TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(602) + Grace);
        Assert.All(paced.Gateway.Sira.Targets, static target => Assert.Equal(0, target.InFlight));
        Assert.Equal(1, paced.Ledger("a/m").Cancelled);

        // What was left behind ends by itself, and nobody is told of it.
        paced.Gateway.Clock.Advance(TimeSpan.FromMinutes(2));
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task DeafPair_IsLeftBehind_WhenTheCallerCancels(bool streaming)
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = paced.B.Milliseconds = static _ => 60_000;
        paced.A.IsDeaf = paced.B.IsDeaf = true;
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(2), paced.Gateway.Clock);
        var before = paced.Gateway.Clock.GetUtcNow();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => paced.AskAsync(streaming, cancellationToken: source.Token));

        Assert.InRange(paced.Gateway.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2) + Grace);
        Assert.All(paced.Gateway.Sira.Targets, static target => Assert.Equal(0, target.InFlight));
        Assert.Equal(2, paced.Ledger().Cancelled);
        paced.Gateway.Clock.Advance(TimeSpan.FromMinutes(2));
        paced.AssertIdle();
    }

    [Fact]
    public async Task ReaderThatWalksAway_EndsTheWinner()
    {
        await using var paced = Hedged();
        paced.A.Milliseconds = static _ => 4000;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in paced.Gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                if (update.Text.Length > 0)
                {
                    break;
                }
            }
        });

        Assert.Equal((1, 1, 2L), (paced.A.Calls, paced.B.Calls, paced.Ledger().Cancelled));
        paced.AssertIdle();
    }
}
