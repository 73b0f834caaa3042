using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>What happens when every breaker is open, and what opens for all models of a provider.</summary>
public class BreakerWaitTests
{
    public static TheoryData<bool> Streaming => [false, true];

    private static PacedGateway Gateway(TimeSpan maxBreakerWait) => new(
        route => route.Configure(options => (options.Targets, options.MaxBreakerWait) = (["a/m"], maxBreakerWait)).Retry(static retry => retry.MaxRetriesPerTarget = 0),
        static options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1, Jitter = 0, BreakDuration = TimeSpan.FromSeconds(10) });

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task Call_WaitsForTheProbe_InsteadOfDisturbingWhatIsDown(bool streaming)
    {
        await using var paced = Gateway(TimeSpan.FromSeconds(15));
        paced.A.Failure = static number => number == 0 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
        await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming));
        paced.Gateway.Clock.Advance(TimeSpan.FromSeconds(4));

        var attempt = Assert.Single((await paced.AskAsync(streaming)).GetRouteDecision()!.Attempts);

        Assert.InRange(attempt.StartedAfter.TotalSeconds, 5.8, 6.1);
        Assert.Equal(CircuitState.Closed, paced.Gateway.Sira.Targets.Single(static target => target.Target == "a/m").Circuit);
        paced.AssertIdle();
    }

    [Fact]
    public async Task Call_ThatWouldWaitTooLong_TriesAtOnce()
    {
        foreach (var (wait, duration) in new (double, double?)[] { (0, null), (5, null), (15, 3) })
        {
            await using var paced = Gateway(TimeSpan.FromSeconds(wait));
            paced.A.Failure = static number => number == 0 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
            await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));
            var options = duration is null ? null : new SiraChatOptions { Request = new RequestContext(paced.Gateway.Clock.GetTimestamp(), new RequestBudget { MaxDuration = TimeSpan.FromSeconds(duration.Value) }) };

            var attempt = Assert.Single((await paced.AskAsync(streaming: false, options)).GetRouteDecision()!.Attempts);

            Assert.Equal(TimeSpan.Zero, attempt.StartedAfter);
        }
    }

    [Fact]
    public async Task ManyThatWait_SendOneProbe_AndFollowItWhenItIsAnswered()
    {
        await using var paced = Gateway(TimeSpan.FromSeconds(30));
        paced.A.Failure = static number => number == 0 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
        await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));
        paced.A.Milliseconds = static _ => 50;

        var responses = await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => paced.BeginAsync())));

        Assert.All(responses, static response => Assert.Equal("hello", response.Text));
        Assert.Equal(1, responses.Count(static response => response.GetRouteDecision()!.Attempts[0].StartedAfter < TimeSpan.FromSeconds(10.05)));
        paced.AssertIdle();
    }

    [Fact]
    public async Task Wait_EndsAtItsLimit_WhateverProbesFail()
    {
        await using var paced = Gateway(TimeSpan.FromSeconds(25));
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));
        paced.A.Milliseconds = static _ => 2000;
        var before = paced.Gateway.Clock.GetUtcNow();

        await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Assert.ThrowsAsync<RequestFailedException>(() => paced.BeginAsync()))));

        // One probe after ten seconds, which fails after twelve; the others would have to wait for twenty more.
        Assert.Equal(6, paced.A.Calls);
        Assert.InRange(paced.Gateway.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(14.15));
        paced.AssertIdle();
    }

    [Fact]
    public async Task CallerThatCancels_WhileItWaits_LeavesNothing()
    {
        await using var paced = Gateway(TimeSpan.FromSeconds(30));
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(2), paced.Gateway.Clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => paced.AskAsync(streaming: false, cancellationToken: source.Token));

        Assert.Equal(1, paced.A.Calls);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task ConnectionFailures_OfOneModel_OpenTheWayForNoneOfTheProvidersModels_AndOneProbeClosesIt(bool streaming)
    {
        var other = new PacedChatClient();
        await using var paced = new PacedGateway(
            static route => route.Configure(static options => (options.Targets, options.Fallbacks) = (["a/m", "a/other"], ["b/n"])).Retry(static retry => retry.MaxRetriesPerTarget = 0),
            static options => options.Breaker = options.Breaker with { ConsecutiveFailures = 3, Jitter = 0 });
        paced.BackendA.With(new ModelDescriptor("other")).Own["other"] = other;
        other.Clock = paced.Gateway.Clock;
        var isDown = true;
        paced.A.Failure = other.Failure = _ => isDown ? Scripted.Error(BackendErrorKind.Transport) : null;

        // Only the one model is asked, three times in one call.
        await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming, new ChatOptions { ModelId = "a/m" }));

        Assert.Equal(CircuitState.Open, Provider().Breaker.State);
        var response = await paced.AskAsync(streaming);
        Assert.Equal("b/n", Assert.Single(response.GetRouteDecision()!.Attempts).Target);
        Assert.Equal((3, 0), (paced.A.Calls, other.Calls));
        Assert.All(response.GetRouteDecision()!.Candidates.Take(2).Where(static candidate => candidate.Target != "b/n"), static candidate => Assert.Equal(DropReason.CircuitOpen, candidate.Dropped));

        isDown = false;
        paced.Gateway.Clock.Advance(TimeSpan.FromSeconds(11));
        var responses = await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 6).Select(_ => paced.BeginAsync(streaming))));
        Assert.Equal(4, paced.A.Calls + other.Calls);
        Assert.All(responses, static one => Assert.Equal("hello", one.Text));
        Assert.Equal(CircuitState.Closed, Provider().Breaker.State);
        Assert.StartsWith("a/", (await paced.AskAsync(streaming)).GetRouteDecision()!.Target, StringComparison.Ordinal);
        paced.AssertIdle();

        Endpoint Provider() => paced.Gateway.Services.GetRequiredService<IServiceRegistry>().GetSnapshot("providers").Endpoints.Single(static endpoint => endpoint.Id == "a");
    }

    [Fact]
    public async Task ErrorsOfOneModel_DoNotConcernTheOthers()
    {
        var other = new PacedChatClient();
        await using var paced = new PacedGateway(
            static route => route.Configure(static options => options.Targets = ["a/m", "a/other"]).Retry(static retry => retry.MaxRetriesPerTarget = 0),
            static options => options.Breaker = options.Breaker with { ConsecutiveFailures = 2 });
        paced.BackendA.With(new ModelDescriptor("other")).Own["other"] = other;
        other.Clock = paced.Gateway.Clock;
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("a/other", (await paced.AskAsync(streaming: false)).GetRouteDecision()!.Target);
        }

        Assert.Equal((2, 5), (paced.A.Calls, other.Calls));
    }
}
