using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>What is sent to a target and to a backend at once, within a minute, and while it is overloaded.</summary>
public class LimitTests
{
    public static TheoryData<bool> Streaming => [false, true];

    private static PacedGateway Limited(TargetLimitOptions limit, Action<RouteBuilder>? route = null) => new(route, options => options.Limits.Add(limit));

    private static Task<ChatResponse[]> AskAtOnceAsync(PacedGateway paced, int calls, bool streaming = false, ChatOptions? options = null) =>
        paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, calls).Select(_ => paced.BeginAsync(streaming, options))));

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task TargetAtItsConcurrency_IsPassedOver_AndTheDecisionSaysSo(bool streaming)
    {
        await using var paced = Limited(new TargetLimitOptions { Target = "a/m", Concurrency = 3 });

        var responses = await AskAtOnceAsync(paced, 8, streaming);

        Assert.Equal((3, 5, 3), (paced.A.Calls, paced.B.Calls, paced.A.MostOpen));
        var decision = responses[^1].GetRouteDecision()!;
        Assert.Equal("b/n", decision.Target);
        Assert.Equal(DropReason.AtCapacity, decision.Candidates.Single(static candidate => candidate.Target == "a/m").Dropped);
        Assert.Contains("dropped   a/m: it is at the limit of what is sent to it at once or within a minute", decision.ToString(), StringComparison.Ordinal);
        Assert.Single(decision.Attempts);
        paced.AssertIdle();

        // The places are free again.
        Assert.Equal("a/m", (await paced.AskAsync(streaming)).GetRouteDecision()!.Target);
    }

    [Theory]
    [InlineData("a", 0)]
    [InlineData("A/M", 0)]
    [InlineData("b", 4)]
    public async Task Limit_HoldsForATarget_OrForAllModelsOfABackend_WhateverTheCase(string target, int expectedOfA)
    {
        await using var paced = Limited(new TargetLimitOptions { Target = target, RequestsPerMinute = 2 });
        for (var i = 0; i < 2; i++)
        {
            // Direct calls count too.
            await paced.AskAsync(streaming: false, new ChatOptions { ModelId = target.Equals("b", StringComparison.Ordinal) ? "b/n" : "a/m" });
        }

        var before = paced.A.Calls;
        for (var i = 0; i < 4; i++)
        {
            await paced.AskAsync(streaming: false);
        }

        Assert.Equal(expectedOfA, paced.A.Calls - before);
    }

    [Fact]
    public async Task RequestsPerMinute_AreKept_InEveryWindow()
    {
        await using var paced = Limited(new TargetLimitOptions { Target = "a/m", RequestsPerMinute = 30 });
        var arrivals = new List<DateTimeOffset>();
        paced.A.Milliseconds = _ =>
        {
            arrivals.Add(paced.Gateway.Clock.GetUtcNow());
            return 5;
        };
        var random = new SeededRandomSource(4);
        for (var i = 0; i < 600; i++)
        {
            await paced.AskAsync(streaming: i % 2 == 0);
            paced.Gateway.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1200)));
        }

        Assert.All(arrivals, at => Assert.InRange(arrivals.Count(other => other >= at && other < at + TimeSpan.FromSeconds(59)), 1, 30));
        Assert.InRange(arrivals.Count, 120, 600);
        Assert.Equal(600, paced.A.Calls + paced.B.Calls);
    }

    [Fact]
    public async Task TokensPerMinute_AreReservedByEstimate_AndCorrected()
    {
        // An answer is reckoned at 512 tokens and has 120 in all: by estimates alone the second call would not fit.
        await using var paced = Limited(new TargetLimitOptions { Target = "a", TokensPerMinute = 800 });
        var answered = 0;
        while ((await paced.AskAsync(streaming: false)).GetRouteDecision()!.Target == "a/m")
        {
            answered++;
        }

        Assert.InRange(answered, 2, 3);
        paced.Gateway.Clock.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal("a/m", (await paced.AskAsync(streaming: false)).GetRouteDecision()!.Target);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task EveryTargetFull_IsAnErrorThatSaysWhatToChange(bool streaming)
    {
        await using var paced = new PacedGateway(gateway: static options =>
        {
            options.Limits.Add(new TargetLimitOptions { Target = "a", Concurrency = 1 });
            options.Limits.Add(new TargetLimitOptions { Target = "b", RequestsPerMinute = 1 });
        });
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var running = Task.WhenAll(paced.BeginAsync(streaming), paced.BeginAsync(streaming));

            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.BeginAsync(streaming));

            Assert.Equal(RequestFailureKind.Overloaded, failure.Kind);
            Assert.Equal("Every target of the route 'default' that could answer is at its limit. Nothing was tried. Raise the Limits, add a target, or give the route a Queue (MaxLength above 0) so that calls wait for their turn.", failure.Message);
            Assert.All(failure.Decision!.Candidates, static candidate => Assert.Equal(DropReason.AtCapacity, candidate.Dropped));
            await running;
        });
        paced.AssertIdle();
    }

    [Fact]
    public async Task TargetThatIsOnlyBusy_IsPreferred_ToOneThatIsDown()
    {
        await using var paced = new PacedGateway(
            static route => route.Configure(static options => options.Queue.MaxLength = 5),
            static options =>
            {
                options.Limits.Add(new TargetLimitOptions { Target = "b", Concurrency = 1 });
                options.Breaker = options.Breaker with { ConsecutiveFailures = 1 };
            });
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        await paced.AskAsync(streaming: false);
        var before = paced.A.Calls;

        var responses = await AskAtOnceAsync(paced, 4);

        Assert.All(responses, static response => Assert.Equal("b/n", Assert.Single(response.GetRouteDecision()!.Attempts).Target));
        Assert.Equal((before, 1), (paced.A.Calls, paced.B.MostOpen));
        paced.AssertIdle();
    }

    [Fact]
    public async Task AdaptiveConcurrency_FollowsWhatTheTargetTakes()
    {
        await using var paced = Limited(new TargetLimitOptions { Target = "a", Concurrency = 64, Adaptive = true });

        // It takes eight at once and refuses the ninth.
        paced.A.Failure = _ => paced.A.Open > 8 ? Scripted.Error(BackendErrorKind.Overloaded, 503) : null;
        paced.A.Milliseconds = static _ => 100;
        var refused = new List<int>();
        for (var round = 0; round < 60; round++)
        {
            var before = paced.Ledger("a/m").Failed;
            await AskAtOnceAsync(paced, 40, options: null);
            refused.Add((int)(paced.Ledger("a/m").Failed - before));
            paced.Gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.True(refused[0] > 0, "It was never overloaded.");
        Assert.InRange(refused.Skip(20).Average(), 0, 4);
        Assert.InRange(paced.A.Calls, 200, 60 * 40);
        paced.AssertIdle();
    }

    [Fact]
    public async Task Throttle_HoldsBackWhatWouldBeRefused_AndLetsGoAgain()
    {
        await using var paced = new PacedGateway(
            static route => route.Retry(static retry => retry.MaxRetriesPerTarget = 0),
            static options =>
            {
                options.Limits.Add(new TargetLimitOptions { Target = "a", Throttle = true });
                options.Breaker = options.Breaker with { ConsecutiveFailures = 0, FailureRatio = 1, MinimumThroughput = 1_000_000 };
            });
        var isDown = true;
        paced.A.Failure = _ => isDown ? Scripted.Error(BackendErrorKind.Overloaded, 503) : null;
        string? heldBack = null;
        for (var i = 0; i < 300; i++)
        {
            var decision = (await paced.AskAsync(streaming: false)).GetRouteDecision()!;
            heldBack ??= decision.Candidates.Any(static candidate => candidate.Dropped is DropReason.Throttled) ? decision.ToString() : null;
        }

        Assert.InRange(paced.A.Calls, 10, 60);
        Assert.Contains("dropped   a/m: it refuses calls because it is overloaded, so this one was held back", heldBack, StringComparison.Ordinal);
        isDown = false;
        paced.Gateway.Clock.Advance(TimeSpan.FromMinutes(3));
        var before = paced.A.Calls;
        for (var i = 0; i < 50; i++)
        {
            await paced.AskAsync(streaming: false);
        }

        Assert.Equal(50, paced.A.Calls - before);
        paced.AssertIdle();
    }

    [Fact]
    public async Task EverythingHeldBack_IsAnErrorOfItsOwn()
    {
        await using var paced = new PacedGateway(
            static route => route.Retry(static retry => retry.MaxRetriesPerTarget = 0),
            static options =>
            {
                options.Limits.Add(new TargetLimitOptions { Target = "a", Throttle = true });
                options.Limits.Add(new TargetLimitOptions { Target = "b", Throttle = true });
                options.Breaker = options.Breaker with { ConsecutiveFailures = 0, FailureRatio = 1, MinimumThroughput = 1_000_000 };
            });
        paced.A.Failure = paced.B.Failure = static _ => Scripted.Error(BackendErrorKind.Overloaded, 503);
        var failures = new List<RequestFailedException>();
        for (var i = 0; i < 200; i++)
        {
            failures.Add(await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false)));
        }

        var held = failures.Where(static failure => failure.Kind is RequestFailureKind.Overloaded).ToArray();
        Assert.InRange(held.Length, 100, 190);
        Assert.Contains(held, static failure => failure.Message.StartsWith("The targets of the route 'default' refuse calls because they are overloaded, so this one was held back. Nothing was tried.", StringComparison.Ordinal));
        paced.AssertIdle();
    }
}
