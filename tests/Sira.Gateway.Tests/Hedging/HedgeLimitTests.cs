using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Hedging;

/// <summary>What a hedge may not do: exceed its share of the calls or the request's budget, or repeat what has effects.</summary>
public class HedgeLimitTests
{
    public static TheoryData<bool> Streaming => [false, true];

    private static PacedGateway Hedged(double share, ModelPricing? pricingOfB = null)
    {
        var paced = new PacedGateway(
            static route => route.Configure(static options =>
            {
                options.Hedging.Enabled = true;
                options.Hedging.Delay = TimeSpan.FromMilliseconds(100);
            }),
            options => options.MaxHedgeShare = share,
            pricingOfB: pricingOfB);
        paced.A.Milliseconds = static _ => 1000;
        paced.B.Milliseconds = static _ => 50;
        return paced;
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.05, false)]
    [InlineData(0.05, true)]
    [InlineData(0.2, false)]
    [InlineData(1, true)]
    public async Task Share_IsKept_OverThousandsOfCalls_ThatWouldAllBeHedged(double share, bool streaming)
    {
        const int Calls = 3000;
        await using var paced = Hedged(share);
        var before = paced.Gateway.Clock.GetUtcNow();
        var tasks = new List<Task<ChatResponse>>();
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                tasks.Add(paced.BeginAsync(streaming));
                await Kernel.Time.InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(20), paced.Gateway.Clock, CancellationToken.None);
            }

            await Task.WhenAll(tasks);
        });

        // A sixth of a hedge per second comes on top, so that a first slow call among few is not left alone.
        var reserve = share == 0 ? 0 : 6 + ((paced.Gateway.Clock.GetUtcNow() - before).TotalSeconds * 0.1);
        Assert.InRange(paced.B.Calls, share * Calls * 0.8, Math.Min(Calls, (share * Calls) + reserve + 1));
        Assert.All(tasks, static task => Assert.Equal("hello", task.Result.Text));
        Assert.Equal(tasks.Sum(static task => task.Result.GetRouteDecision()!.Attempts.Count(static attempt => attempt.IsHedge)), paced.B.Calls);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task CallsWhoseRepetitionHasEffects_AreNotHedged(bool streaming)
    {
        await using var paced = Hedged(share: 1);
        ChatOptions[] acting =
        [
            new() { Tools = [new HostedCodeInterpreterTool()] },
            new() { Tools = [new HostedMcpServerTool("files", new Uri("https://example.com/mcp"))] },
            new() { Tools = [new HostedImageGenerationTool()] },
            new() { AllowBackgroundResponses = true },
            new() { ConversationId = "conv_1" },
        ];
        foreach (var options in acting)
        {
            Assert.Single((await paced.AskAsync(streaming, options)).GetRouteDecision()!.Attempts);
        }

        Assert.Equal((acting.Length, 0), (paced.A.Calls, paced.B.Calls));

        // A function is run by the caller, once, whoever asks for it.
        Assert.Equal(2, (await paced.AskAsync(streaming, new ChatOptions { Tools = [AIFunctionFactory.Create(static () => 1, "f")] })).GetRouteDecision()!.Attempts.Count);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task RequestsBudget_IsNeverExceeded(bool streaming)
    {
        await using var probe = Hedged(share: 1);
        var loser = (await probe.AskAsync(streaming)).GetRouteDecision()!.Attempts[0];
        var input = loser.Cost!.Value / PacedGateway.Pricing.Input!.Value * 1_000_000m;
        var one = (input * 10m / 1_000_000m) + (512 * 40m / 1_000_000m);
        (RequestBudget Budget, bool IsHedged)[] cases =
        [
            (new RequestBudget { MaxAttempts = 1 }, false),
            (new RequestBudget { MaxAttempts = 2 }, true),
            (new RequestBudget { MaxTokens = (long)input + 600 }, false),
            (new RequestBudget { MaxTokens = 2 * ((long)input + 512) }, true),
            (new RequestBudget { MaxCost = one * 1.9m }, false),
            (new RequestBudget { MaxCost = one * 2.1m }, true),
            (new RequestBudget { MaxDuration = TimeSpan.FromSeconds(5) }, true),
        ];
        foreach (var (budget, isHedged) in cases)
        {
            await using var paced = Hedged(share: 1);
            var request = new RequestContext(paced.Gateway.Clock.GetTimestamp(), budget);

            var response = await paced.AskAsync(streaming, new SiraChatOptions { Request = request });

            Assert.Equal((budget, isHedged), (budget, response.GetRouteDecision()!.Attempts.Count == 2));
            Assert.True(request.Attempts <= (budget.MaxAttempts ?? 2) && request.Tokens <= (budget.MaxTokens ?? long.MaxValue) && request.Cost <= (budget.MaxCost ?? decimal.MaxValue), $"{budget}: {request.Attempts} {request.Tokens} {request.Cost}");
            paced.AssertIdle();
        }
    }

    // What the first is reckoned at says nothing of a second that costs ten times as much.
    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task HedgeAtADearerTarget_IsAffordedToo(bool streaming)
    {
        await using var paced = Hedged(share: 1, new ModelPricing { Input = 100m, Output = 400m });
        var budget = new RequestBudget { MaxCost = 0.21m };
        var dear = 512 * 400m / 1_000_000m;
        Assert.InRange(budget.MaxCost!.Value, dear, dear * 1.1m);

        var response = await paced.AskAsync(streaming, new SiraChatOptions { Request = new RequestContext(paced.Gateway.Clock.GetTimestamp(), budget) });

        Assert.Single(response.GetRouteDecision()!.Attempts);
        Assert.Equal(0, paced.B.Calls);
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task BudgetThatAllowsOneAtATime_AllowsNoHedge_ButTheNextAttempt(bool streaming)
    {
        await using var paced = new PacedGateway(
            static route => route.Budget(tokens: 700).Retry(static retry => retry.MaxRetriesPerTarget = 0).Configure(static options => (options.Hedging.Enabled, options.Hedging.Delay) = (true, TimeSpan.FromMilliseconds(100))));
        paced.A.Milliseconds = static _ => 1000;
        paced.A.Failure = static _ => Scripted.Error(Errors.BackendErrorKind.ServerError, 500);

        var response = await paced.AskAsync(streaming);

        Assert.Equal([("a/m", false), ("b/n", false)], response.GetRouteDecision()!.Attempts.Select(static attempt => (attempt.Target, attempt.IsHedge)));
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task HedgeForWhichTheTargetHasNoRoom_TakesNothingOfTheShare(bool streaming)
    {
        await using var paced = new PacedGateway(
            static route => route.Configure(static options => (options.Hedging.Enabled, options.Hedging.Delay) = (true, TimeSpan.FromMilliseconds(100))),
            static options =>
            {
                options.MaxHedgeShare = 0.001;
                options.Limits.Add(new TargetLimitOptions { Target = "b", Concurrency = 1 });
            });
        paced.A.Milliseconds = paced.B.Milliseconds = static _ => 1000;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var holding = paced.BeginAsync(streaming, new ChatOptions { ModelId = "b/n" });
            await Task.WhenAll([holding, .. Enumerable.Range(0, 30).Select(_ => paced.BeginAsync(streaming))]);
        });
        Assert.Equal(1, paced.B.Calls);

        var response = await paced.AskAsync(streaming);

        Assert.Equal(2, response.GetRouteDecision()!.Attempts.Count);
        Assert.Equal(1, paced.B.MostOpen);
        paced.AssertIdle();
    }

    [Fact]
    public async Task RoutesAttempts_LimitHedges()
    {
        await using var paced = new PacedGateway(static route => route.Retry(static retry => retry.MaxAttempts = 1).Configure(static options => (options.Hedging.Enabled, options.Hedging.Delay) = (true, TimeSpan.FromMilliseconds(100))));
        paced.A.Milliseconds = static _ => 1000;

        Assert.Single((await paced.AskAsync(streaming: false)).GetRouteDecision()!.Attempts);
    }

    [Fact]
    public async Task NoHedge_WithoutAnotherTargetThatCouldAnswer()
    {
        await using var paced = Hedged(share: 1);
        paced.BackendB.Features = RequestFeatures.None;

        Assert.Single((await paced.AskAsync(streaming: true, new ChatOptions { Tools = [AIFunctionFactory.Create(static () => 1, "f")] })).GetRouteDecision()!.Attempts);
    }
}
