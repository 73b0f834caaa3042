using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>Retries stay a share of the calls when most of them fail.</summary>
public class RetryBudgetTests
{
    public static TheoryData<bool> Streaming => [false, true];

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task Retries_StayAShare_WhenMostCallsFail(bool streaming)
    {
        const int Calls = 1000;
        await using var paced = new PacedGateway(
            static route => route.Retry(static retry => retry.Budget = retry.Budget with { RetryRatio = 0.1, MinimumRetriesPerSecond = 0.2 }),
            static options => options.Breaker = options.Breaker with { ConsecutiveFailures = 0, FailureRatio = 1, MinimumThroughput = 1_000_000 });
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        paced.A.Milliseconds = paced.B.Milliseconds = static _ => 5;
        var before = paced.Gateway.Clock.GetUtcNow();
        for (var i = 0; i < Calls; i++)
        {
            Assert.Equal("b/n", (await paced.AskAsync(streaming)).GetRouteDecision()!.Target);
        }

        var reserve = 2 + (0.2 * (paced.Gateway.Clock.GetUtcNow() - before).TotalSeconds);
        Assert.InRange(paced.A.Calls - Calls, 50, (0.1 * Calls) + reserve + 1);
        paced.AssertIdle();
    }

    [Fact]
    public async Task FewCalls_AreRetriedAllTheSame()
    {
        await using var paced = new PacedGateway();
        paced.A.Failure = static number => number % 3 < 2 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
        for (var i = 0; i < 5; i++)
        {
            var decision = (await paced.AskAsync(streaming: false)).GetRouteDecision()!;
            Assert.Equal((3, "a/m"), (decision.Attempts.Count, decision.Target));
            paced.Gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task CallWithoutARetryLeft_Fails_WhenThereIsNobodyElse()
    {
        await using var paced = new PacedGateway(static route => route.Configure(static options => options.Targets = ["a/m"]).Retry(static retry => retry.Budget = retry.Budget with { RetryRatio = 0, MinimumRetriesPerSecond = 0 }));
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));

        Assert.Single(failure.Decision!.Attempts);
    }
}
