using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Kernel.Health;
using Sira.Kernel.Time;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

/// <summary>What simulated worlds have found, as the smallest cases.</summary>
public class SimulationFindingTests
{
    [Theory]
    [InlineData("chat")]
    [InlineData("anthropic")]
    public async Task ReaderSlowerThanTheTotalTimeout_IsNotHeldAgainstTheTarget(string wire)
    {
        await using var sira = new SimulatedSira(
            wire,
            route => route.Timeouts(timeouts => timeouts.Total = TimeSpan.FromSeconds(5)),
            builder => builder.ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1 }));
        sira.Primary.Faults.Always(Fault.SlowFirstToken(TimeSpan.FromMilliseconds(10)));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => sira.Clock.RunAsync(async () =>
        {
            await foreach (var _ in sira.Chat.GetStreamingResponseAsync("Tell me about bridges."))
            {
                await InlineDelay.WaitAsync(TimeSpan.FromSeconds(2), sira.Clock, CancellationToken.None);
            }
        }));

        Assert.Equal((RequestFailureKind.Incomplete, BackendErrorKind.TotalTimeout), (failure.Kind, failure.BackendError));
        Assert.All(sira.Sira.Targets, target => Assert.Equal(CircuitState.Closed, target.Circuit));
    }

    [Fact]
    public async Task TargetSlowerThanTheTotalTimeout_IsHeldAgainstIt()
    {
        await using var sira = new SimulatedSira(
            "chat",
            route => route.Timeouts(timeouts => timeouts.Total = TimeSpan.FromSeconds(5)),
            builder => builder.ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1 }));
        sira.Primary.Faults.Always(Fault.SlowTokens(TimeSpan.FromSeconds(2)));

        await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: true));

        Assert.Equal(CircuitState.Open, sira.Sira.Targets.Single(target => target.Target.StartsWith("primary/", StringComparison.Ordinal)).Circuit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResponseInProgress_ThatNobodyAskedToRunInTheBackground_IsTruncated(bool streaming)
    {
        await using var sira = new SimulatedSira("responses");
        sira.Primary.Faults.Always(Fault.MissingFinishReason());

        var answer = streaming ? null : await sira.AskAsync(streaming);
        var decision = answer?.GetRouteDecision();
        var failure = streaming ? await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming)) : null;

        Assert.Equal(BackendErrorKind.Truncated, (decision ?? failure!.Decision)!.Attempts[0].Error);
        Assert.Equal(streaming ? null : "secondary/gpt-4.1-mini", decision?.Target);
        Assert.Null(answer?.ContinuationToken);
    }
}
